// What a long-lived process says on its standard error: one JSON object a line, or, on a terminal, a line for a person. Every
// text passes the redactor here.

import { escapeJson, escapeTerminal } from '../cli/screen/escape-terminal.ts'
import { createHide } from './hide.ts'

type Level = 'info' | 'warn' | 'error'
type Fields = Readonly<Record<string, string | number | boolean>>

export type Log = Readonly<Record<Level, (message: string, fields?: Fields) => void>>

export type LogOptions = {
  write: (line: string) => void
  /** true: somebody reads along. */
  terminal: boolean
  secrets: readonly string[]
  now: () => number
}

export function openLog({ write, terminal, secrets, now }: LogOptions): Log {
  const redact = createHide(secrets)
  const line = terminal ? readable : structured
  const say =
    (level: Level) =>
    (message: string, fields: Fields = {}) => {
      const clean = Object.entries(fields).map(([name, value]) => [name, hide(value, redact)] as const)
      write(`${line({ time: new Date(now()).toISOString(), level, message: redact(message) }, clean)}\n`)
    }
  return { info: say('info'), warn: say('warn'), error: say('error') }
}

type Head = { time: string; level: Level; message: string }
type Cleaned = readonly (readonly [string, string | number | boolean])[]

function hide(value: string | number | boolean, redact: (text: string) => string): string | number | boolean {
  return typeof value === 'string' ? redact(value) : value
}

function structured(head: Head, fields: Cleaned): string {
  return escapeJson(JSON.stringify({ ...head, ...Object.fromEntries(fields) }))
}

function readable({ time, level, message }: Head, fields: Cleaned): string {
  const rest = fields.map(([name, value]) => ` ${name}=${value}`).join('')
  return escapeTerminal(`${time.slice(11, 19)} ${level.padEnd(5)} ${message}${rest}`)
}

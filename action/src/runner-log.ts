// The step's log as a GitHub runner reads it: a line may be a command to the runner. Only what is written here commands it;
// whatever others wrote is made inert first.

import { randomUUID } from 'node:crypto'
import { visibleText } from '../../src/core/visible-text.ts'

export type Annotation = 'error' | 'warning' | 'notice'

export type RunnerLog = {
  /** One line. */
  say(text: string): void
  /** Lines under a heading that can be folded. */
  group(title: string, lines: readonly string[]): void
  /** Many lines of somebody else's, under a heading: while they pass, the runner takes no commands. */
  quote(title: string, text: string): void
  /** GitHub shows ten of each kind a step. */
  annotate(kind: Annotation, title: string, message: string): void
  /** Every line of it is hidden in all logs of the job from now on. */
  mask(secret: string): void
}

/** Characters of a line of a secret. */
const LEAST_MASKED = 6

export function openRunnerLog(write: (text: string) => void): RunnerLog {
  const command = (name: string, data: string) => write(`::${name}::${escapeData(data)}\n`)
  const say = (text: string) => write(`${inert(text)}\n`)
  const group = (title: string, body: () => void) => {
    command('group', inert(title))
    body()
    command('endgroup', '')
  }
  return {
    say,
    group: (title, lines) => group(title, () => lines.forEach(say)),
    quote: (title, text) =>
      group(title, () => {
        const token = randomUUID()
        command('stop-commands', token)
        text.split(/\r\n|[\r\n\u2028\u2029]/).forEach(say)
        command(token, '')
      }),
    annotate: (kind, title, message) =>
      command(`${kind} title=${escapeProperty(visibleText(title))}`, message.split('\n').map(inert).join('\n')),
    mask: (secret) => {
      // A short line, the end of a key, would hide half of every log.
      for (const line of secret.split(/[\r\n]+/))
        if (line.trim().length >= LEAST_MASKED) command('add-mask', line.trim())
    },
  }
}

/**
 * One line that commands nothing: the runner takes `::name::` at the beginning of a line for a command, blanks before it or
 * not, and `##[name]` anywhere in it.
 */
export function inert(text: string): string {
  const line = visibleText(text).replaceAll('##[', '## [')
  return /^\s*::/.test(line) ? `|${line}` : line
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}

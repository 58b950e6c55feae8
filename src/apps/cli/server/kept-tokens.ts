// The tokens that `houston login` kept for this person, by server: a file of theirs that nobody else can read. It calls nobody.

import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import type { Variables } from '../../../config/settings.ts'

const kept = z.record(z.string(), z.string())

/** Where the XDG Base Directory Specification wants it. */
export function tokensFile(env: Variables): string {
  const folder = env.XDG_CONFIG_HOME || join(env.HOME || homedir(), '.config')
  return join(folder, 'houston', 'tokens.json')
}

/** A damaged file holds none. */
export function keptToken(env: Variables, url: string): string | undefined {
  return readAll(env)[url]
}

export function keepToken(env: Variables, url: string, token: string): void {
  writeAll(env, { ...readAll(env), [url]: token })
}

/** false: there was none. */
export function forgetToken(env: Variables, url: string): boolean {
  const { [url]: forgotten, ...rest } = readAll(env)
  if (forgotten === undefined) return false
  if (Object.keys(rest).length > 0) writeAll(env, rest)
  else rmSync(tokensFile(env))
  return true
}

function readAll(env: Variables): Record<string, string> {
  try {
    return kept.parse(JSON.parse(readFileSync(tokensFile(env), 'utf8')))
  } catch {
    return {}
  }
}

/** There whole or not at all, and nobody else's to read at any moment. */
function writeAll(env: Variables, tokens: Readonly<Record<string, string>>): void {
  const file = tokensFile(env)
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, `${JSON.stringify(tokens, null, 2)}\n`, { mode: 0o600 })
  renameSync(draft, file)
}

// Reads the token that /metrics wants from the environment, or from a file that the environment names. It tells nobody what it is.

import { readFileSync } from 'node:fs'
import type { Variables } from '../../../config/settings.ts'
import { Secret } from '../../../core/secret.ts'

const NAME = 'HOUSTON_METRICS_TOKEN'
const SHORTEST = 16

export type TokenReading = { kind: 'token'; token: Secret } | { kind: 'none' } | { kind: 'faulty'; fault: string }

/** `HOUSTON_METRICS_TOKEN`, or `HOUSTON_METRICS_TOKEN_FILE`. */
export function readMetricsToken(variables: Variables): TokenReading {
  const [text, file] = [variables[NAME] ?? '', variables[`${NAME}_FILE`] ?? '']
  if (text !== '' && file !== '') return faulty(`is set, and so is ${NAME}_FILE: set one of them`)
  if (text !== '') return check(text)
  if (file === '') return { kind: 'none' }
  try {
    return check(readFileSync(file, 'utf8'))
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'error'
    return faulty(`cannot be read from ${NAME}_FILE: ${code}`)
  }
}

function check(text: string): TokenReading {
  const token = text.trim()
  if (token.length < SHORTEST)
    return faulty('is shorter than 16 characters: anybody could guess it. `openssl rand -hex 32` makes one')
  return /\s/.test(token) ? faulty('has spaces in it') : { kind: 'token', token: new Secret(token) }
}

function faulty(fault: string): TokenReading {
  return { kind: 'faulty', fault: `${NAME} ${fault}` }
}

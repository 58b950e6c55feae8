// The names a team gives: applications, environments, zones, identities, variables. Each becomes part of paths, rows and messages.

import { z } from 'zod'
import { ok, type Parsed, wrong } from '../fault.ts'
import { show } from '../printable.ts'
import { parsed } from './key.ts'

export function parseEnvironmentName(name: string): Parsed<string> {
  if (/^[a-z][a-z0-9-]{0,62}$/.test(name)) return ok(name)
  const near = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 63)
  const problem = `${show(name)} is not an environment name: lower-case letters, digits and "-", a letter first`
  return wrong(problem, near === '' ? 'a name such as production' : near)
}

export function parseName(name: string): Parsed<string> {
  // JavaScript moves keys of digits to the front, and the written order of zones counts.
  if (/^\d+$/.test(name)) return wrong(`${show(name)} has no letter`, `a name such as zone-${name.slice(0, 20)}`)
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(name)) return ok(name)
  return wrong(
    `${show(name)} is not a name: letters, digits, ".", "_" and "-", at most 63`,
    'a name such as us-east-1a',
  )
}

/** A runner's name is a queue's too. */
export function parseRunnerName(name: string): Parsed<string> {
  if (/^[a-z0-9][a-z0-9-]{0,39}$/.test(name)) return ok(name)
  return wrong(
    `${show(name)} is not a runner's name: lower-case letters, digits and "-", at most 40`,
    'a name such as eu',
  )
}

export function parseVariableName(name: string): Parsed<string> {
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,126}$/.test(name)) {
    return wrong(
      `${show(name)} is not a variable's name: letters, digits and "_", no digit first`,
      'a name such as LOG_LEVEL',
    )
  }
  // A recipe's own variables begin so; a team's value must not replace them.
  if (/^HOUSTON_/i.test(name))
    return wrong(`${show(name)}: names that begin with HOUSTON_ are Houston's own`, 'another name')
  return ok(name)
}

/** A pattern of names or addresses. */
export function parseGlob(text: string): Parsed<string> {
  if (/^[A-Za-z0-9._:/*?@-]{1,253}$/.test(text)) return ok(text)
  return wrong(`${show(text)} is not a pattern`, 'a name, in which * is any text and ? one character')
}

/** A path on the server. */
export function parseFile(text: string): Parsed<string> {
  return text.trim() === '' || text.includes('\u0000')
    ? wrong(`${show(text)} is not a path`, '/etc/houston/keys/prod')
    : ok(text)
}

export const nameSchema = parsed(z.string(), parseName)

// The environment that a command names, or a failure that says what there is. Without a configuration file, the environments that
// the store knows are enough: a rollback must work from anywhere.

import { findTarget } from '../../core/find-target.ts'
import { EXIT } from './exit-code.ts'
import { Failure } from './failure.ts'
import { short } from './screen/line.ts'
import type { Target } from './session/session.ts'
import { wordsLines } from './words/refusal.ts'

/** `server`: the one that named the targets, when one did. */
export type Wanted = { environment: string | undefined; application?: string | undefined; server?: string | undefined }

/** `home`: the application of the configuration file here, which wins among several. Throws `Failure`. */
export function resolveTarget(targets: readonly Target[], wanted: Wanted, home?: string): Target {
  const { environment: given, application, server } = wanted
  const mine = targets.filter((target) => application === undefined || target.application === application)
  if (given === undefined || given === '') throw unnamed(mine, server)
  const found = findTarget(targets, { environment: given, application }, home)
  switch (found.kind) {
    case 'found':
      return found.target
    case 'unknown':
      throw unknown(given, { targets: mine, near: found.near, server })
    case 'ambiguous':
      throw ambiguous(given, found.fits)
    default:
      return found satisfies never
  }
}

function unnamed(targets: readonly Target[], server: string | undefined): Failure {
  return refused({
    what: 'No environment was named.',
    why: 'A command about an environment never guesses which one.',
    next: list(targets, server),
  })
}

type Known = { targets: readonly Target[]; near: string | undefined; server: string | undefined }

function unknown(given: string, { targets, near, server }: Known): Failure {
  return refused({
    what: `There is no environment "${short(given, 60)}".`,
    why: server
      ? `${server} has none of that name, or none that you may see with this token.`
      : 'It is neither in houston.yml nor in what was rolled out so far.',
    next: near === undefined ? list(targets, server) : `${near}   (perhaps that one was meant)`,
  })
}

function ambiguous(given: string, targets: readonly Target[]): Failure {
  const applications = new Set(targets.map(({ application }) => application))
  return refused({
    what: `"${short(given, 60)}" could be several environments.`,
    why: `It fits ${targets.map(({ application, environment }) => `${application} ${environment}`).join(', ')}.`,
    next: applications.size > 1 ? 'add --application <name>' : 'write more of the name',
  })
}

function list(targets: readonly Target[], server: string | undefined): string {
  const names = [...new Set(targets.map(({ environment }) => environment))]
  if (names.length > 0) return `one of: ${names.join(', ')}`
  return server
    ? `houston login ${server}   (for a token that reaches further)`
    : 'houston validate   (looks for houston.yml)'
}

function refused(words: { what: string; why: string; next: string }): Failure {
  return new Failure(EXIT.usage, wordsLines(words))
}

// What did not happen, as an answer: the refusals of the house and the faults of a request. Words come from outside; nothing here
// tells strangers what exists.

import type { z } from 'zod'
import type { Refusal, RefusalReason } from '../../core/intent.ts'
import type { ProblemBody } from './schema/problem.ts'

/** What handlers answer. */
export type Reply<Body> = { body: Body } | { problem: ProblemBody }

export type Words = { what: string; why: string; next: string }

/** A refusal in words; `environment` as it is typed. */
export type WordsOf = (refusal: Refusal, environment: string) => Words

type Status = ProblemBody['status']

/** Refusals that are not about the state of things, which is 409. */
const STATUSES: Readonly<Partial<Record<RefusalReason, Status>>> = {
  'not-allowed': 403,
  'not-granted': 403,
  'other-repository': 403,
  'no-rollout': 404,
  'unknown-host': 404,
  'unknown-release': 404,
  'unknown-ref': 404,
  'no-answer': 503,
}

export function problemOf(refusal: Refusal, words: Words): { problem: ProblemBody } {
  const { reason, detail: facts } = refusal
  const { what, why, next } = words
  return { problem: { ...base(reason, STATUSES[reason] ?? 409, what), detail: why, next, facts } }
}

/** Also for what somebody may not see: it looks like what does not exist. */
export const NOT_FOUND = plain('not-found', 404, 'There is nothing here, or nothing that you may see.')

export const NOBODY = plain(
  'unauthenticated',
  401,
  'Nobody is signed in.',
  'Sign in, or send a token: Authorization: Bearer hst_…',
)

export const UNAVAILABLE = plain(
  'unavailable',
  503,
  'Rights cannot be asked for at this moment.',
  'Try again in a moment.',
)

export const ENDING = plain(
  'ending',
  503,
  'This server is about to end.',
  'Try again in a moment: it comes back, or another one answers.',
)

export const FULL = plain('too-many-streams', 503, 'Too many streams are open.', 'Try again in a moment.')

export const TOO_MANY = plain('too-many-streams', 429, 'You have too many streams open.', 'Close some.')

export const BROKEN = plain('internal', 500, 'It failed here; the log says why.')

export const TOO_LARGE = plain('too-large', 413, 'The body is too large.')

export const CUT = plain('cut', 408, 'The body did not arrive whole.')

export const NOT_JSON = plain('not-json', 415, 'The body must be JSON.', 'Send Content-Type: application/json.')

export const NOT_TAKEN = plain('method-not-allowed', 405, 'This is not how it is asked for.')

export function badRequest(where: string, { issues }: z.ZodError): { problem: ProblemBody } {
  const faults = issues.slice(0, 20).map(({ path, message }) => ({ at: [where, ...path].join('.'), message }))
  return {
    problem: { ...base('bad-request', 400, 'The request is not as described.'), next: 'See /api/docs.', faults },
  }
}

function plain(reason: string, status: Status, title: string, next?: string): { problem: ProblemBody } {
  return { problem: { ...base(reason, status, title), ...(next !== undefined && { next }) } }
}

function base(reason: string, status: Status, title: string) {
  return { type: 'about:blank', title, status, reason }
}

// How often one address may try to sign in, and one person may look or do anything. One person alone on their machine is not
// held off.

import type { Context, MiddlewareHandler } from 'hono'
import type { Known, WebEnv } from '../who.ts'
import { openRateLimit } from './rate-limit.ts'
import { isSafe, refuse } from './refuse.ts'

const SIGN_INS_A_MINUTE = 30
/** Of all addresses together, for anybody has as many as they like: each is a row for half an hour. */
const TERMINALS_A_MINUTE = 300
const ASKS_A_MINUTE = 600
/** Each is a row of the audit, refused or not, and those wait for each other. */
const ACTS_A_MINUTE = 60
/** Each asks GitHub several times, and all share what GitHub answers in an hour. */
const COSTLY_A_MINUTE = 30
const COSTLY = /\/(refs|deploy|plans)$/

export type RateGuardDeps = {
  /** Whose connection it is. */
  peerOf: (context: Context<WebEnv>) => string
  /** Milliseconds that only grow. */
  now: () => number
}

/** Comes after `identify`. */
export function guardRate({ peerOf, now }: RateGuardDeps): MiddlewareHandler<WebEnv> {
  const signIns = openRateLimit({ perMinute: SIGN_INS_A_MINUTE, now })
  const terminals = openRateLimit({ perMinute: TERMINALS_A_MINUTE, now })
  const asks = openRateLimit({ perMinute: ASKS_A_MINUTE, now })
  const acts = openRateLimit({ perMinute: ACTS_A_MINUTE, now })
  const costly = openRateLimit({ perMinute: COSTLY_A_MINUTE, now })
  return async (context, next) => {
    const who = context.get('who')
    if (who.kind === 'known' && who.by === 'alone') return await next()
    const key = who.kind === 'known' ? keyOf(who) : peerOf(context)
    const { path, method } = context.req
    const limits = [
      ...(isSafe(method) ? [] : [acts]),
      ...(path.startsWith('/assets/') ? [] : [asks]),
      ...(COSTLY.test(path) ? [costly] : []),
      ...(/^\/(sign-in|link|device|api\/v1\/oauth\/device)\b/.test(path) ? [signIns] : []),
    ]
    const ownMs = limits.map((limit) => limit.take(key)).find((wait) => wait !== undefined)
    const waitMs = ownMs ?? (path === '/api/v1/oauth/device' ? terminals.take('all') : undefined)
    return waitMs === undefined ? await next() : tooMany(context, waitMs)
  }
}

/** A person at a browser has a share of their own: a program that runs wild with their token must not keep them from stopping it. */
function keyOf({ by, person: { via, id } }: Known): string {
  return `${by === 'session' ? 'here' : 'program'}/${via}/${id}`
}

export function tooMany(context: Context, waitMs: number): Response {
  return refuse(context, 'too-many', { 'retry-after': String(Math.ceil(waitMs / 1_000)) })
}

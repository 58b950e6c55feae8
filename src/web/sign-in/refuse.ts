// How the guards say no: as RFC 9457 has it to programs, as a line to people. It says nothing about what is behind.

import type { Context } from 'hono'

export type Guarded = 'wrong-host' | 'cross-origin' | 'not-signed-in' | 'too-many' | 'no-answer'

type Said = { status: 401 | 403 | 421 | 429 | 503; title: string; next: string }

const SAID: Readonly<Record<Guarded, Said>> = {
  'wrong-host': {
    status: 421,
    title: 'Nobody signs in here, so only this machine is answered: by its own name, and not through a proxy.',
    next: 'On that machine ask localhost or 127.0.0.1. For others it needs a GitHub App and HOUSTON_URL.',
  },
  'cross-origin': {
    status: 403,
    title: 'This was sent by a page of another site, or does not say where it comes from.',
    next: 'Programs send a token, or the Origin header with the address of this server.',
  },
  'not-signed-in': {
    status: 401,
    title: 'The token or the job is not known here, or is past its time.',
    next: 'Make a token at /tokens; a job asks for its identity with the address of this server as audience.',
  },
  'too-many': { status: 429, title: 'That was too often.', next: 'Wait a little.' },
  'no-answer': { status: 503, title: 'Whoever could say who this is did not answer.', next: 'Try again.' },
}

export function refuse(context: Context, reason: Guarded, headers: Readonly<Record<string, string>> = {}): Response {
  const { status, title, next } = SAID[reason]
  if (!isApi(context)) return context.text(`${title} ${next}\n`, status, headers)
  const body = { type: 'about:blank', title, status, reason, next }
  return context.body(JSON.stringify(body), status, { ...headers, 'content-type': 'application/problem+json' })
}

/** By its method a request changes nothing (RFC 9110, 9.2.1). */
export function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
}

export function isApi(context: Context): boolean {
  return context.req.path.startsWith('/api/')
}

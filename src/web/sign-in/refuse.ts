// How the guards say no: as RFC 9457 has it to programs, as a line to people. It says nothing about what is behind.

import type { Context } from 'hono'

export type Guarded = 'wrong-host' | 'cross-origin' | 'not-signed-in' | 'too-many' | 'no-answer'

const SAID: Readonly<Record<Guarded, readonly [status: 401 | 403 | 421 | 429 | 503, text: string]>> = {
  'wrong-host': [421, 'This server answers only to the name of the machine that it listens on.'],
  'cross-origin': [403, 'This was sent by a page of another site, or does not say where it comes from.'],
  'not-signed-in': [401, 'The token or the job is not known here, or is past its time.'],
  'too-many': [429, 'That was too often. Wait a little.'],
  'no-answer': [503, 'Whoever could say who this is did not answer. Try again.'],
}

export function refuse(context: Context, reason: Guarded, headers: Readonly<Record<string, string>> = {}): Response {
  const [status, detail] = SAID[reason]
  if (!isApi(context)) return context.text(`${detail}\n`, status, headers)
  const body = { type: 'about:blank', title: reason, status, reason, detail }
  return context.body(JSON.stringify(body), status, { ...headers, 'content-type': 'application/problem+json' })
}

/** By its method a request changes nothing (RFC 9110, 9.2.1). */
export function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
}

export function isApi(context: Context): boolean {
  return context.req.path.startsWith('/api/')
}

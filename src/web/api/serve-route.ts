// Serves a route over HTTP: who asks, what was sent, and the answer as JSON. Whatever is wrong with a request ends here, before any
// handler.

import type { Context } from 'hono'
import { z } from 'zod'
import type { Person } from '../../core/intent.ts'
import type { WebEnv } from '../who.ts'
import { openCaller } from './caller.ts'
import type { ApiDeps } from './deps.ts'
import { DeskAway } from './desk-away.ts'
import { BROKEN, badRequest, CUT, NOBODY, NOT_JSON, type Reply, TOO_LARGE, UNAVAILABLE } from './problem.ts'
import { readBody } from './read-body.ts'
import type { Raw, Route } from './route.ts'

/** As RFC 8941's strings, which the draft of the header asks for, without their quotes. */
export const idempotencyKey = z.string().regex(/^[\x21-\x7e]{1,200}$/)

export function serveRoute(deps: ApiDeps, route: Route): (context: Context<WebEnv>) => Promise<Response> {
  return async (context) => problemOr(context, await settle(deps, () => handle(deps, route, context)), route.status)
}

/** Faults become problems; only their names leave the house. */
export async function settle<Body>(deps: ApiDeps, answer: () => Promise<Reply<Body>>): Promise<Reply<Body>> {
  try {
    return await answer()
  } catch (error) {
    deps.failed(error instanceof Error ? error : new Error(String(error)))
    return error instanceof DeskAway ? UNAVAILABLE : BROKEN
  }
}

export function problemOr(context: Context, reply: Reply<unknown>, status: 200 | 201 = 200): Response {
  const headers = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }
  const json = { ...headers, 'content-type': 'application/json' }
  if (!('problem' in reply)) return context.body(JSON.stringify(reply.body), status, json)
  const { problem } = reply
  return context.body(JSON.stringify(problem), problem.status, {
    ...{ ...headers, 'content-type': 'application/problem+json' },
    ...(problem.status === 401 && { 'www-authenticate': 'Bearer' }),
    ...(problem.status === 503 && { 'retry-after': '2' }),
  })
}

async function handle(deps: ApiDeps, route: Route, context: Context<WebEnv>): Promise<Reply<unknown>> {
  const who = context.get('who')
  if (who.kind !== 'known') return NOBODY
  const text = route.body ? await readBody(context.req.raw) : ''
  if (typeof text !== 'string') return { 'too-large': TOO_LARGE, 'not-json': NOT_JSON, cut: CUT }[text.kind]
  const key = idempotencyKey.optional().safeParse(context.req.header('idempotency-key'))
  if (!key.success) return badRequest('Idempotency-Key', key.error)
  const body = json.safeParse(text)
  if (!body.success) return badRequest('body', body.error)
  const raw = { params: context.req.param(), query: queryOf(context), body: body.data }
  const intent = intentOf(deps, { route, person: who.person, key: key.data, raw })
  return await route.run(raw, openCaller(who, deps.desk, intent))
}

/** Nothing at all is `undefined`: routes that need nothing take that. */
const json = z.string().transform((text, context): unknown => {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    context.addIssue({ code: 'custom', message: 'not JSON' })
    return z.NEVER
  }
})

/** What stands there twice is a list, which no schema takes. */
function queryOf(context: Context): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(context.req.queries()).map(([name, values]) => [name, values.length === 1 ? values[0] : values]),
  )
}

type Asked = { route: Route; person: Person; key: string | undefined; raw: Raw }

/**
 * One person's key never names another's request, nor another request of theirs: the same key with something else in the request
 * is another intent.
 */
function intentOf({ ids }: ApiDeps, { route, person, key, raw }: Asked): string {
  if (key === undefined) return `api/${ids.next()}`
  return `api/${ids.digest(JSON.stringify([person.via, person.id, route.operation, raw, key]))}`
}

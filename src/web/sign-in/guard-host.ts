// Where nobody signs in, a name is all that keeps other sites out: a page of evil.dev whose name was pointed at this machine (DNS
// rebinding) still says `Host: evil.dev`. So only names of this machine are answered, and nothing that a proxy has passed on.

import type { MiddlewareHandler } from 'hono'
import type { WebEnv } from '../who.ts'
import { refuse } from './refuse.ts'

const FORWARDED = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip']

export function guardHost(alone: () => boolean): MiddlewareHandler<WebEnv> {
  return async (context, next) => {
    if (!alone()) return await next()
    const passedOn = FORWARDED.some((name) => context.req.header(name) !== undefined)
    if (passedOn || !isLoopbackHost(context.req.header('host'))) return refuse(context, 'wrong-host')
    return await next()
  }
}

/** Names that no name server is asked for (RFC 6761, 6.3), with a port or without. */
export function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(:\d{1,5})?$/i.test(host)
}

// Where nobody signs in, a name is all that keeps other sites out: a page of evil.dev whose name was pointed at this machine (DNS
// rebinding) still says `Host: evil.dev`. So only names of this machine are answered, and nothing that a proxy may have passed on.

import type { Context, MiddlewareHandler } from 'hono'
import type { WebEnv } from '../who.ts'
import { refuse } from './refuse.ts'

const FORWARDED = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip']

export type HostGuardDeps = {
  alone: () => boolean
  /** `1.1` of browsers and terminals; proxies that add no header of theirs, as nginx by default, speak 1.0. */
  httpVersionOf: (context: Context<WebEnv>) => string
}

export function guardHost({ alone, httpVersionOf }: HostGuardDeps): MiddlewareHandler<WebEnv> {
  return async (context, next) => {
    if (!alone()) return await next()
    const named = FORWARDED.some((name) => context.req.header(name) !== undefined)
    const passedOn = named || httpVersionOf(context) === '1.0'
    if (passedOn || !isLoopbackHost(context.req.header('host'))) return refuse(context, 'wrong-host')
    return await next()
  }
}

/** Names that no name server is asked for (RFC 6761, 6.3), with a port or without. */
export function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(:\d{1,5})?$/i.test(host)
}

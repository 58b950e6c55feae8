// The guards of the web app, in their order: each relies on those before it.

import type { Context, MiddlewareHandler } from 'hono'
import type { WebEnv } from '../who.ts'
import { guardHost, type HostGuardDeps } from './guard-host.ts'
import { guardOrigin } from './guard-origin.ts'
import { guardRate } from './guard-rate.ts'
import { type IdentifyDeps, identify } from './identify.ts'
import { secureHeaders } from './secure-headers.ts'

export type GuardsDeps = IdentifyDeps &
  Pick<HostGuardDeps, 'httpVersionOf'> & {
    /** Where people reach this server; absent: only on this machine. */
    url?: string
    /** The import map, as a policy names it. */
    scriptSources: readonly string[]
  }

export function makeGuards(deps: GuardsDeps): MiddlewareHandler<WebEnv>[] {
  const { url, scriptSources, alone, httpVersionOf } = deps
  const isAlone = () => alone() !== undefined
  // The host was looked at before: it is a name of this machine.
  const ownOrigin = (context: Context<WebEnv>) => (isAlone() ? `http://${context.req.header('host')}` : url)
  return [
    secureHeaders({ scriptSources, https: url?.startsWith('https:') ?? false }),
    guardHost({ alone: isAlone, httpVersionOf }),
    identify(deps),
    guardOrigin(ownOrigin),
    guardRate(deps),
  ]
}

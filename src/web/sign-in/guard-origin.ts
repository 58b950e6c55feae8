// Keeps other sites from acting through somebody's browser (CSRF) and from reading along. What a browser sends by itself, a cookie or
// merely its place on this machine, is worth something only from our own pages; a token was put there on purpose.

import type { Context, MiddlewareHandler } from 'hono'
import type { WebEnv } from '../who.ts'
import { isSafe, refuse } from './refuse.ts'

/** No cookie is looked at under it. */
const FOR_PROGRAMS = '/api/v1/oauth/'

/** `ownOrigin`: of our pages as this request's browser sees them; `undefined`: there are none. Comes after `identify`. */
export function guardOrigin(ownOrigin: (context: Context<WebEnv>) => string | undefined): MiddlewareHandler<WebEnv> {
  return async (context, next) => {
    const who = context.get('who')
    const proved = who.kind === 'known' && (who.by === 'token' || who.by === 'workflow')
    if (!proved && !fromHere(context, ownOrigin(context))) return refuse(context, 'cross-origin')
    return await next()
  }
}

function fromHere(context: Context<WebEnv>, own: string | undefined): boolean {
  const { req } = context
  const origin = req.header('origin')
  const site = req.header('sec-fetch-site')
  const foreign =
    (site !== undefined && site !== 'same-origin' && site !== 'none') || (origin !== undefined && origin !== own)
  // A link may be followed from anywhere; an image, a script, a stream of another site's page may not.
  if (isSafe(req.method)) return !foreign || (origin === undefined && req.header('sec-fetch-mode') === 'navigate')
  // Every browser says where a form comes from; what says nothing is refused, unless nothing that a browser sends counts there.
  const said = origin !== undefined || !req.path.startsWith(FOR_PROGRAMS)
  return !foreign && (!said || (own !== undefined && origin === own))
}

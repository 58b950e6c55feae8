// What every answer of the web app tells a browser: nothing but our own scripts and styles, in nobody's frame, guessed by nobody.

import type { MiddlewareHandler } from 'hono'
import type { WebEnv } from '../who.ts'

export type SecureHeadersOptions = {
  /** The inline texts that may run, as a policy names them (`'sha256-…'`): the import map, and no other. */
  scriptSources: readonly string[]
  /** People reach this server by HTTPS: their browsers shall not try anything else for a year. */
  https: boolean
}

const YEAR_S = 365 * 24 * 60 * 60

export function secureHeaders({ scriptSources, https }: SecureHeadersOptions): MiddlewareHandler<WebEnv> {
  const scripts = ["'self'", ...scriptSources].join(' ')
  const policy = [
    ...[
      "default-src 'none'",
      `script-src ${scripts}`,
      "style-src 'self'",
      "img-src 'self' data:",
      "connect-src 'self'",
    ],
    ...["form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"],
  ].join('; ')
  const headers = {
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
    ...(https && { 'strict-transport-security': `max-age=${YEAR_S}` }),
  }
  return async (context, next) => {
    await next()
    for (const [name, value] of Object.entries(headers)) context.res.headers.set(name, value)
    // What is somebody's must not lie in a cache; what is everybody's says so itself.
    if (!context.res.headers.has('cache-control')) context.res.headers.set('cache-control', 'no-store')
  }
}

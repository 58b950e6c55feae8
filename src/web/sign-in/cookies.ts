// The two cookies: who is signed in, and which browser has left for GitHub. `__Host-` (RFC 6265bis, 4.1.3.2) makes sure that no
// other host, path or plain HTTP has set them.

import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'

type Name = 'houston-session' | 'houston-sign-in'

export function readCookie(context: Context, name: Name): string | undefined {
  return getCookie(context, name, 'host')
}

/** Lax: whoever follows a link from Slack is signed in; nothing that changes anything comes by a link. */
export function writeCookie(context: Context, name: Name, { text, forMs }: { text: string; forMs: number }): void {
  const rest = { path: '/', secure: true, httpOnly: true, sameSite: 'Lax' } as const
  setCookie(context, name, text, { ...rest, prefix: 'host', maxAge: Math.floor(forMs / 1_000) })
}

export function clearCookie(context: Context, name: Name): void {
  deleteCookie(context, name, { path: '/', secure: true, prefix: 'host' })
}

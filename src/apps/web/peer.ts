// Whose connection a request came by, for limits only: nobody is known by an address.

import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context } from 'hono'
import type { WebEnv } from '../../web/who.ts'

/** A proxy on this machine says for whom it asks; what others say of themselves is not believed. */
export function peerOf(context: Context<WebEnv>): string {
  const { address = '' } = getConnInfo(context).remote
  const proxied = /^(::1|(::ffff:)?127\.)/.test(address)
  const named = proxied ? context.req.header('x-forwarded-for')?.split(',').at(-1)?.trim() : undefined
  return named || address
}

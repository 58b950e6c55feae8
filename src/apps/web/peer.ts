// The connection that a request came by: whose it is, for limits only, and what it speaks. Nobody is known by an address.

import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context } from 'hono'
import { z } from 'zod'
import type { WebEnv } from '../../web/who.ts'

/** What the listener of @hono/node-server puts beside each request. */
const httpBinding = z.object({ incoming: z.object({ httpVersion: z.string() }) })

export function httpVersionOf(context: Context<WebEnv>): string {
  return httpBinding.parse(context.env).incoming.httpVersion
}

/** A proxy on this machine says for whom it asks; what others say of themselves is not believed. */
export function peerOf(context: Context<WebEnv>): string {
  const { address = '' } = getConnInfo(context).remote
  const proxied = /^(::1|(::ffff:)?127\.)/.test(address)
  const named = proxied ? context.req.header('x-forwarded-for')?.split(',').at(-1)?.trim() : undefined
  return named || address
}

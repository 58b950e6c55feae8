// The connection that a request came by: whose it is, for limits only, and what it speaks. Nobody is known by an address.

import { BlockList, isIP } from 'node:net'
import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context } from 'hono'
import { z } from 'zod'
import type { WebEnv } from '../../web/who.ts'

/** What the listener of @hono/node-server puts beside each request. */
const httpBinding = z.object({ incoming: z.object({ httpVersion: z.string() }) })

export function httpVersionOf(context: Context<WebEnv>): string {
  return httpBinding.parse(context.env).incoming.httpVersion
}

/** From where proxies ask: this machine and private networks (RFC 1918, RFC 4193). The list also sees IPv4 inside of IPv6. */
const NEAR = new BlockList()
NEAR.addSubnet('127.0.0.0', 8, 'ipv4')
NEAR.addSubnet('10.0.0.0', 8, 'ipv4')
NEAR.addSubnet('172.16.0.0', 12, 'ipv4')
NEAR.addSubnet('192.168.0.0', 16, 'ipv4')
NEAR.addAddress('::1', 'ipv6')
NEAR.addSubnet('fc00::', 7, 'ipv6')

/** No address is longer; it is remembered for as long as limits are. */
const LONGEST = 64

/**
 * A proxy says last for whom it asks, or all who come through it would share their limits; what somebody from afar says of themselves
 * is not believed.
 */
export function peerOf(context: Context<WebEnv>): string {
  const { address = '' } = getConnInfo(context).remote
  const near = isIP(address) !== 0 && NEAR.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
  const named = near ? context.req.header('x-forwarded-for')?.split(',').at(-1)?.trim() : undefined
  return named?.slice(0, LONGEST) || address
}

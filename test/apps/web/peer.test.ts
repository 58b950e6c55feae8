// Whose connection it is, for limits: a proxy's word is taken, a stranger's is not.

import { Hono } from 'hono'
import { expect, it } from 'vitest'
import { httpVersionOf, peerOf } from '../../../src/apps/web/peer.ts'
import type { WebEnv } from '../../../src/web/who.ts'

async function seen(remoteAddress: string, forwarded?: string): Promise<unknown> {
  const web = new Hono<WebEnv>().get('/', (context) => context.json([peerOf(context), httpVersionOf(context)]))
  const incoming = { httpVersion: '1.0', socket: { remoteAddress, remotePort: 1, remoteFamily: 'IPv4' } }
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }
  return await (await web.request('/', { headers }, { incoming })).json()
}

it.each([
  ['203.0.113.7', undefined, '203.0.113.7'],
  ['203.0.113.7', '198.51.100.1', '203.0.113.7'],
  ['172.32.0.1', '198.51.100.1', '172.32.0.1'],
  ['127.0.0.1', undefined, '127.0.0.1'],
  ['127.0.0.1', '198.51.100.1', '198.51.100.1'],
  ['::1', '10.9.9.9, 198.51.100.1', '198.51.100.1'],
  ['::ffff:127.0.0.1', '198.51.100.1', '198.51.100.1'],
  ['172.18.0.2', ' 198.51.100.1 ', '198.51.100.1'],
  ['fd00::2', '2001:db8::1', '2001:db8::1'],
  ['10.0.0.1', '', '10.0.0.1'],
  ['10.0.0.1', 'x'.repeat(9_000), 'x'.repeat(64)],
])('%s that says %j is %s', async (address, forwarded, peer) => {
  expect(await seen(address, forwarded)).toEqual([peer, '1.0'])
})

// Bodies that no page of ours sends: too large, not what they say, cut. Whoever sends one hears what is wrong with it, and the log
// nothing: it is not our fault.

import { createServer, request } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { createWeb } from '../../src/web/app.ts'
import { readForm } from '../../src/web/read-form.ts'
import type { WebEnv } from '../../src/web/who.ts'

const faults: Error[] = []
const room = new Hono<WebEnv>()
room.post('/form', async (context) => context.json(await readForm(context)))
room.post('/broken', () => {
  throw new TypeError('a bug')
})
const web = createWeb({ guards: [], rooms: [{ path: '/', app: room }], failed: (fault) => void faults.push(fault) })
const server = createServer(getRequestListener(web.fetch, { overrideGlobalObjects: false }))
let port = 0

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const place = server.address()
  port = typeof place === 'object' && place ? place.port : 0
})
beforeEach(() => void faults.splice(0))
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

function post(path: string, headers: Record<string, string>, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request({ port, path, method: 'POST', headers }, (answer) => {
      answer.resume()
      resolve(answer.statusCode ?? 0)
    })
    sent.on('error', reject).end(body)
  })
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

it.each<[string, Record<string, string>, string, number]>([
  ['a form', FORM, 'a=b', 200],
  ['a form in chunks, as some proxies pass it on', { ...FORM, 'transfer-encoding': 'chunked' }, 'a=b', 200],
  ['nothing at all', FORM, '', 200],
  ['too much, announced', { ...FORM, 'content-length': '20000' }, 'a'.repeat(20_000), 413],
  ['too much, in chunks', { ...FORM, 'transfer-encoding': 'chunked' }, 'a'.repeat(20_000), 413],
  ['a multipart that is none', { 'content-type': 'multipart/form-data; boundary=x' }, 'garbage', 415],
  ['a multipart without a boundary', { 'content-type': 'multipart/form-data' }, 'garbage', 415],
])('%s', async (_, headers, body, status) => {
  expect(await post('/form', headers, body)).toBe(status)
  expect(faults).toEqual([])
})

it('a bug is one, and the log hears of it', async () => {
  expect(await post('/broken', FORM, 'a=b')).toBe(500)
  expect(faults.map(({ message }) => message)).toEqual(['a bug'])
})

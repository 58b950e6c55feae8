// GitHub's door over real HTTP: what it refuses, in which order, and what it takes. Case numbers are those of the threats that
// it stands against.

import { readFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { webhooksRoutes } from '../../../../src/apps/github/door/webhooks-route.ts'
import type { Receive } from '../../../../src/apps/server/door.ts'
import { serveHttp } from '../../../../src/apps/server/serve-http.ts'
import { Secret } from '../../../../src/core/secret.ts'
import { type InboxMessage, MAX_BODY_BYTES } from '../../../../src/engine/ports-inbox.ts'
import { answerTo, post, SECRET, type Sent, sign } from './post.ts'

const examples: { name: string; examples: object[] }[] = JSON.parse(
  readFileSync(fileURLToPath(import.meta.resolve('@octokit/webhooks-examples')), 'utf8'),
)

const MIB = 1024 * 1024
const PREVIOUS = 'the secret before, of tests'
const SLOWEST_MS = 400

let address: string
let server: Server
let stored: InboxMessage[] = []
let receive: Receive | undefined
let secrets: readonly [Secret, ...Secret[]] | undefined
const faults: string[] = []

beforeAll(async () => {
  const routes = webhooksRoutes({
    secrets: () => secrets,
    receive: () => receive,
    failed: ({ message }) => faults.push(message),
    mostHeldBytes: 30 * MIB,
    storeWithinMs: 50,
  })
  const failed = ({ message }: Error) => faults.push(message)
  const listen = { host: '127.0.0.1', port: 0 }
  ;({ address, server } = await serveHttp({ listen, routes, failed, slowestMs: SLOWEST_MS }))
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  stored = []
  faults.length = 0
  secrets = [new Secret(SECRET), new Secret(PREVIOUS)]
  receive = async (message) => {
    stored.push(message)
    return { kind: 'new', id: `github:${message.key}` }
  }
})

async function statusOf(sent: Sent): Promise<number> {
  return (await post(address, sent)).status
}

describe('what GitHub sends', () => {
  const payloads = examples.flatMap(({ name, examples: [first] }) =>
    first ? [{ name, body: JSON.stringify(first) }] : [],
  )

  it('is stored as it came, and then acknowledged', async () => {
    expect(payloads.length).toBeGreaterThan(40)
    for (const { name, body } of payloads) {
      const headers = { 'x-github-event': name, 'x-github-delivery': `d-${name}` }
      expect(await post(address, { body, headers })).toEqual({
        status: 202,
        body: '{"accepted":"new"}\n',
        connection: 'close',
      })
      expect(stored.at(-1)).toEqual({ source: 'github', key: `d-${name}`, topic: name, body })
    }
    expect(stored).toHaveLength(payloads.length)
  })

  it('is taken with the previous secret too, and bytes beyond ASCII are signed as they are', async () => {
    expect(await statusOf({ body: '{"a":"ü\u{1f680}"}', signed: { with: PREVIOUS } })).toBe(202)
    secrets = [new Secret(SECRET)]
    expect(await statusOf({ signed: { with: PREVIOUS } })).toBe(401)
  })

  it('is taken in chunks, without an announced length', async () => {
    const body = '{"a":1}'
    const headers = { 'content-type': 'application/json; charset=utf-8', 'transfer-encoding': 'chunked' }
    expect(await statusOf({ body, headers })).toBe(202)
  })
})

describe('case 10: nobody else is believed', () => {
  const hostile = '{"a":'.repeat(100_000)
  it.each<[string, Sent]>([
    ['no signature', { signed: 'not' }],
    ['an empty one', { signed: { as: '' } }],
    ['another secret', { signed: { with: 'some other secret of tests' } }],
    ['the empty secret', { signed: { as: `sha256=${'0'.repeat(64)}` } }],
    ['only SHA-1', { signed: 'not', headers: { 'x-hub-signature': sign('{}', SECRET, 'sha1') } }],
    ['SHA-1 in its place', { signed: { as: sign('{}', SECRET, 'sha1') } }],
    ['SHA-1 called SHA-256', { signed: { as: sign('{}', SECRET, 'sha1').replace('sha1', 'sha256') } }],
    ['upper case', { signed: { as: sign('{}', SECRET).toUpperCase() } }],
    ['another body', { body: '{"a":1}', signed: { as: sign('{}', SECRET) } }],
    ['one byte more', { body: '{} ', signed: { as: sign('{}', SECRET) } }],
    ['no body', { body: '' }],
    ['not UTF-8, signed', { body: Buffer.from([0x7b, 0xff, 0x7d]) }],
    ['text that would break a parser', { body: hostile, signed: 'not' }],
    ['unsigned, and its headers are missing too', { signed: 'not', headers: { 'x-github-event': '' } }],
  ])('%s', async (_, sent) => {
    expect(await statusOf(sent)).toBe(401)
    expect(stored).toEqual([])
  })
})

describe('what is signed may still be refused', () => {
  it.each<[string, number, Sent]>([
    ['deep JSON (case 11)', 400, { body: `${'{"a":['.repeat(50)}${']}'.repeat(50)}` }],
    ['very deep JSON (case 11)', 400, { body: '['.repeat(1_000_000) }],
    ['no JSON', 400, { body: 'payload=%7B%7D' }],
    ['a list', 400, { body: '[]' }],
    ['no delivery', 400, { headers: { 'x-github-delivery': '' } }],
    ['a delivery that is no name', 400, { headers: { 'x-github-delivery': 'a b' } }],
    ['no event', 400, { headers: { 'x-github-event': '' } }],
    ['an event that is no name', 400, { headers: { 'x-github-event': '../push' } }],
    ['a form', 415, { headers: { 'content-type': 'application/x-www-form-urlencoded' } }],
    ['JSON of another kind', 415, { headers: { 'content-type': 'application/jsonp' } }],
    ['PUT', 405, { method: 'PUT' }],
    ['GET', 405, { method: 'GET', body: '' }],
  ])('%s: %i', async (_, status, sent) => {
    expect(await statusOf(sent)).toBe(status)
    expect(stored).toEqual([])
  })

  it('braces in strings are not depth', async () => {
    expect(await statusOf({ body: JSON.stringify({ a: '{["\\'.repeat(200) }) })).toBe(202)
  })
})

describe('case 11: bodies that are too much', () => {
  const headers = { 'content-type': 'application/json' }

  it('announced 1 GiB: refused before it is read', async () => {
    const answer = await answerTo(address, { headers: { ...headers, 'content-length': 1024 * MIB } }, (sent) => {
      sent.flushHeaders()
    })
    expect(answer).toMatchObject({ status: 413, connection: 'close' })
  })

  it('one byte above the cap: refused; at the cap: taken', async () => {
    const fill = (bytes: number) => `{"a":"${'x'.repeat(bytes - 8)}"}`
    expect(await statusOf({ body: fill(MAX_BODY_BYTES + 1) })).toBe(413)
    expect(await statusOf({ body: fill(MAX_BODY_BYTES) })).toBe(202)
  })

  it('without a length: refused where the cap is crossed', async () => {
    let sentBytes = 0
    const chunked = { headers: { ...headers, 'transfer-encoding': 'chunked' } }
    const answered = answerTo(address, chunked, (sent) => {
      const more = () => {
        while (sentBytes < 1024 * MIB && !sent.destroyed) {
          sentBytes += MIB
          if (!sent.write(Buffer.alloc(MIB, 0x20))) return void sent.once('drain', more)
        }
      }
      more()
    })
    // Whoever goes on sending may find the connection closed before the answer is read.
    expect(await answered.then(({ status }) => status).catch(({ code }) => code)).toBeOneOf([
      413,
      'EPIPE',
      'ECONNRESET',
    ])
    expect(sentBytes).toBeLessThan(64 * MIB)
  })

  it('drips: 408', async () => {
    const answer = await answerTo(address, { headers: { ...headers, 'content-length': 1_000 } }, (sent) => {
      sent.write('{')
    })
    expect(answer.status).toBe(408)
  })

  it('many at once: what does not fit is refused, and the room is free afterwards', async () => {
    const length = 20 * MIB
    const waiting = Promise.withResolvers<void>()
    const first = answerTo(address, { headers: { ...headers, 'content-length': length } }, (sent) => {
      sent.write(Buffer.alloc(length - 1, 0x20), () => waiting.resolve())
    })
    await waiting.promise
    const second = await post(address, { body: Buffer.alloc(length, 0x20) })
    expect(second).toMatchObject({ status: 503, body: expect.stringContaining('too many large bodies') })
    expect((await first).status).toBe(408)
    expect(await statusOf({ body: Buffer.concat([Buffer.from('{}'), Buffer.alloc(length, 0x20)]) })).toBe(202)
  })
})

describe('nothing is acknowledged that is not stored', () => {
  it.each<[string, Receive | undefined, number]>([
    ['it drains', undefined, 503],
    ['the store is away', () => Promise.reject(new Error('ECONNREFUSED')), 503],
    ['the store hangs', () => new Promise(() => {}), 503],
    ['the store finds it too large', async () => ({ kind: 'refused', why: 'too-large' }), 413],
    ['it is there already', async () => ({ kind: 'repeated', id: 'github:d1' }), 202],
    ['it failed before', async () => ({ kind: 'again', id: 'github:d1' }), 202],
  ])('%s', async (_, how, status) => {
    receive = how
    expect(await statusOf({})).toBe(status)
  })

  it('without an App nothing is believed', async () => {
    secrets = undefined
    expect(await statusOf({})).toBe(503)
  })
})

// What is sent to Slack's own address, byte for byte, and what each of its answers means. Nothing leaves the machine.

import nock from 'nock'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createChat } from '../../../src/adapters/slack/chat.ts'
import type { Chat, Written } from '../../../src/engine/ports-outside.ts'
import { objectOf } from '../../support/chat-suite.ts'
import { messageFaults } from '../../support/slack-limits.ts'

const at = { team: 'T0ACME', channel: 'C0DEPLOYS' }
const object = { marker: 'ro1/message/1', content: objectOf('message', at) }
const signal = new AbortController().signal

let slack: nock.Scope
let chat: Chat
let sent: { path: string; token: string | null; fields: Record<string, string> }[]

beforeEach(() => {
  nock.disableNetConnect()
  sent = []
  slack = nock('https://slack.com')
  slack.on('request', (request: Request, _interceptor: unknown, text: string) => {
    const { pathname } = new URL(request.url)
    const fields = Object.fromEntries(new URLSearchParams(text))
    sent.push({ path: pathname, token: request.headers.get('authorization'), fields })
  })
  chat = createChat({ lineOf: () => ({ token: 'xoxb-test' }), memberOf: async () => undefined })
})
afterEach(() => {
  const left = slack.pendingMocks()
  nock.cleanAll()
  nock.enableNetConnect()
  expect(left).toEqual([])
})

function answer(method: string, status: number, body: object, headers: Record<string, string> = {}): void {
  slack.post(`/api/${method}`).reply(status, body, headers)
}

it('a message is posted with its marker, its text beside its blocks, and nothing that unfurls or is parsed', async () => {
  answer('chat.postMessage', 200, { ok: true, ts: '1700000000.000100' })
  expect(await chat.create(object, signal)).toEqual({ kind: 'done', id: 'T0ACME/C0DEPLOYS/1700000000.000100' })
  const [{ path, token, fields } = { path: '', token: '', fields: {} as Record<string, string> }] = sent
  expect([path, token, fields.token]).toEqual(['/api/chat.postMessage', 'Bearer xoxb-test', undefined])
  const { blocks, metadata, text, ...rest } = fields
  expect(rest).toEqual({
    ...{ channel: 'C0DEPLOYS', parse: 'none', link_names: 'false', unfurl_links: 'false', unfurl_media: 'false' },
  })
  expect(JSON.parse(metadata ?? '')).toMatchObject({ event_payload: { marker: 'ro1/message/1' } })
  expect(text).toMatch(/Deploy storefront/)
  expect(messageFaults({ text, blocks: JSON.parse(blocks ?? '') })).toEqual([])
})

it('an update names the message, and neither marks nor posts it anew', async () => {
  answer('chat.update', 200, { ok: true, ts: '1700000000.000100' })
  const id = 'T0ACME/C0DEPLOYS/1700000000.000100'
  expect(await chat.update(id, object, signal)).toEqual({ kind: 'done', id })
  expect(sent).toMatchObject([{ path: '/api/chat.update', fields: { channel: 'C0DEPLOYS', ts: '1700000000.000100' } }])
  expect(sent[0]?.fields).not.toHaveProperty('metadata')
})

it.each<[string, number, object, Record<string, string>, Partial<Written>]>([
  ['429', 429, { ok: false, error: 'ratelimited' }, { 'retry-after': '7' }, { kind: 'limited', retryAfterMs: 7_000 }],
  ['429 without a time', 429, {}, {}, { kind: 'limited' }],
  ['ratelimited with 200', 200, { ok: false, error: 'ratelimited' }, {}, { kind: 'limited' }],
  ['500', 500, {}, {}, { kind: 'unsure', why: '500' }],
  ['its own trouble', 200, { ok: false, error: 'internal_error' }, {}, { kind: 'unsure', why: 'internal_error' }],
  ['a token that ended', 200, { ok: false, error: 'token_expired' }, {}, { kind: 'unsure', why: 'token_expired' }],
  ['no such channel', 200, { ok: false, error: 'channel_not_found' }, {}, { kind: 'refused' }],
  ['a thread that is gone', 200, { ok: false, error: 'thread_not_found' }, {}, { kind: 'gone' }],
])('%s is one attempt', async (_, status, body, headers, wanted) => {
  answer('chat.postMessage', status, body, headers)
  expect(await chat.create(object, signal)).toMatchObject(wanted)
  expect(sent).toHaveLength(1)
})

it('a connection that is cut is unsure: it may have been written', async () => {
  slack.post('/api/chat.postMessage').replyWithError('socket hang up')
  expect(await chat.create(object, signal)).toMatchObject({ kind: 'unsure' })
})

it('blocks that are refused become older ones, then words alone, which are always taken', async () => {
  for (const error of ['invalid_blocks', 'msg_blocks_too_long']) answer('chat.postMessage', 200, { ok: false, error })
  answer('chat.postMessage', 200, { ok: true, ts: '1700000000.000100' })
  expect(await chat.create(object, signal)).toMatchObject({ kind: 'done' })
  const blocks = sent.map(({ fields }) => fields.blocks)
  expect(blocks[0]).not.toBe(blocks[1])
  expect([blocks[2], sent[2]?.fields.text]).toEqual(['[]', expect.stringMatching(/Deploy storefront/)])
})

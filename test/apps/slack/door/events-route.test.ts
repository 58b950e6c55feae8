// Slack over HTTP, with real signatures: who is believed, what is stored before it is acknowledged, what is answered at once, and that
// nothing is taken twice. Cases 10, 11 and 12 of what must not happen.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { serveHttp } from '../../../../src/apps/server/serve-http.ts'
import type { Workspace } from '../../../../src/apps/slack/door/credentials.ts'
import { EVENTS_PATH, eventsRoutes } from '../../../../src/apps/slack/door/events-route.ts'
import { rememberSignatures } from '../../../../src/apps/slack/door/signature.ts'
import { Secret } from '../../../../src/core/secret.ts'
import type { InboxMessage, Received } from '../../../../src/engine/ports-inbox.ts'
import { signed } from '../../../support/slack-stand-in/sign.ts'
import { deafHandlers } from './deaf-handlers.ts'

const NOW_S = 1_800_000_000
const OURS = 'the signing secret of our app'
const THEIRS = 'the signing secret of another app'
const WORKSPACES: Workspace[] = [
  { team: 'T0OURS', botToken: new Secret('xoxb-ours'), signingSecret: new Secret(OURS) },
  { team: 'T0THEIRS', botToken: new Secret('xoxb-theirs'), signingSecret: new Secret(THEIRS) },
  { team: 'T0GUEST', botToken: new Secret('xoxb-guest') },
]

let workspaces: readonly Workspace[]
let stored: InboxMessage[]
let store: (message: InboxMessage) => Promise<Received>
let open: boolean
let clockMs: number
let at: string
let faults: string[]
let close: () => void
let handlers: ReturnType<typeof deafHandlers>

beforeEach(async () => {
  stored = []
  workspaces = WORKSPACES
  faults = []
  open = true
  clockMs = 0
  handlers = deafHandlers()
  store = async (message) => {
    const known = stored.some(({ key }) => key === message.key)
    if (!known) stored.push(message)
    return { kind: known ? 'repeated' : 'new', id: `slack:${message.key}` }
  }
  const failed = ({ message }: Error) => void faults.push(message)
  const routes = eventsRoutes({
    workspaces: () => workspaces,
    receive: () => (open ? (message) => store(message) : undefined),
    handlers: () => handlers,
    atOnce: async (_, arrival) => (arrival.kind === 'options' ? { options: [] } : undefined),
    seen: rememberSignatures(() => clockMs),
    now: () => NOW_S * 1_000,
    failed,
  })
  const { server, address } = await serveHttp({ listen: { host: '127.0.0.1', port: 0 }, routes, failed })
  at = `http://${address}${EVENTS_PATH}`
  close = () => {
    server.closeAllConnections()
    server.close()
  }
})
afterEach(() => close())

const FORM = 'application/x-www-form-urlencoded'

type Sending = { type?: string; secret?: string; atS?: number; headers?: Record<string, string>; without?: string }

async function send(
  body: string,
  { type = FORM, secret = OURS, atS = NOW_S, headers = {}, without = '' }: Sending = {},
) {
  const all: Record<string, string> = { 'content-type': type, ...signed(body, secret, atS), ...headers }
  delete all[without]
  const response = await fetch(at, { method: 'POST', headers: all, body })
  return { status: response.status, text: await response.text() }
}

function command(more: Record<string, string> = {}): string {
  const ids = { team_id: 'T0OURS', user_id: 'U1A', channel_id: 'C1A' }
  return new URLSearchParams({ command: '/deploy', text: 'prod', trigger_id: '1.2', ...ids, ...more }).toString()
}

function event(id: string, more: object = {}): string {
  const heard = { type: 'app_mention', user: 'U1A', text: '<@U0> status', ts: '1.1', channel: 'C1A' }
  return JSON.stringify({
    type: 'event_callback',
    team_id: 'T0OURS',
    event_id: id,
    event_time: 5,
    event: heard,
    ...more,
  })
}

function interaction(payload: object): string {
  const who = { team: { id: 'T0OURS' }, user: { id: 'U1A', team_id: 'T0OURS' }, trigger_id: '7.7' }
  return new URLSearchParams({ payload: JSON.stringify({ ...who, ...payload }) }).toString()
}

const VIEW = { id: 'V1', hash: 'h', callback_id: 'form', private_metadata: '{}' }

describe('who is believed', () => {
  it.each<[string, Sending, number]>([
    ['the right signature', {}, 200],
    ['300 seconds old', { atS: NOW_S - 300 }, 200],
    ['300 seconds ahead', { atS: NOW_S + 300 }, 200],
    ['301 seconds old', { atS: NOW_S - 301 }, 401],
    ['301 seconds ahead', { atS: NOW_S + 301 }, 401],
    ['an hour ahead', { atS: NOW_S + 3_600 }, 401],
    ['the wrong secret', { secret: 'something else' }, 401],
    ['no signature', { without: 'x-slack-signature' }, 401],
    ['no timestamp', { without: 'x-slack-request-timestamp' }, 401],
    ['another time than was signed', { headers: { 'x-slack-request-timestamp': String(NOW_S - 1) } }, 401],
    ['a timestamp that is no number', { headers: { 'x-slack-request-timestamp': `${NOW_S} ` } }, 200],
    ['a timestamp in hexadecimal', { headers: { 'x-slack-request-timestamp': `0x${NOW_S.toString(16)}` } }, 401],
    ['a timestamp that is NaN', { headers: { 'x-slack-request-timestamp': 'NaN' } }, 401],
    [
      'a signature of another version',
      {
        headers: {
          'x-slack-signature': signed(command(), OURS, NOW_S)['x-slack-signature']?.replace('v0', 'v1') ?? '',
        },
      },
      401,
    ],
    ['a signature that is too short', { headers: { 'x-slack-signature': 'v0=00' } }, 401],
    ['an empty signature', { headers: { 'x-slack-signature': '' } }, 401],
  ])('%s', async (_, sending, status) => {
    expect((await send(command(), sending)).status).toBe(status)
    expect(stored).toHaveLength(status === 200 ? 1 : 0)
  })

  it('a body that was changed after it was signed', async () => {
    const headers = { 'content-type': FORM, ...signed(command(), OURS, NOW_S) }
    const response = await fetch(at, { method: 'POST', headers, body: command({ text: 'other' }) })
    expect([response.status, stored]).toEqual([401, []])
  })

  it.each([
    ['its own workspace', 'T0OURS', OURS, 200],
    ['a workspace without an app of its own', 'T0GUEST', OURS, 200],
    ['a workspace that has an app of its own', 'T0THEIRS', OURS, 403],
    ['its own, by the app of that workspace', 'T0THEIRS', THEIRS, 200],
    ['ours, by the app of another workspace', 'T0OURS', THEIRS, 403],
    ['a guest’s, by the app of another workspace', 'T0GUEST', THEIRS, 403],
    ['one that nobody knows', 'T0NOBODY', OURS, 403],
  ])('an app speaks for %s', async (_, team_id, secret, status) => {
    expect((await send(command({ team_id }), { secret })).status).toBe(status)
    expect(stored).toHaveLength(status === 200 ? 1 : 0)
  })

  it('nobody, until Slack has said which workspace the token is for; then that one alone', async () => {
    const nameless = { botToken: new Secret('xoxb-ours'), signingSecret: new Secret(OURS) }
    workspaces = [nameless]
    expect((await send(command())).status).toBe(503)
    expect((await send(command({ team_id: 'T0NOBODY' }))).status).toBe(503)
    workspaces = [{ ...nameless, team: 'T0OURS' }]
    expect((await send(command({ team_id: 'T0NOBODY' }))).status).toBe(403)
    expect(stored).toEqual([])
    expect((await send(command())).status).toBe(200)
  })

  it('somebody of another organization in a shared channel presses nothing', async () => {
    const payload = { type: 'block_actions', user: { id: 'U9', team_id: 'T0FAR' }, actions: [{ action_id: 'a' }] }
    expect((await send(interaction(payload))).status).toBe(403)
  })
})

describe('once only', () => {
  it('the very same request is refused for ten minutes', async () => {
    expect((await send(command())).status).toBe(200)
    expect((await send(command())).status).toBe(401)
    clockMs = 10 * 60_000
    expect((await send(command())).status).toBe(401)
    expect(stored).toHaveLength(1)
  })

  it('what could not be stored is not spent', async () => {
    const works = store
    store = () => Promise.reject(new Error('no space left'))
    expect((await send(command())).status).toBe(503)
    expect(faults).toEqual(['no space left'])
    store = works
    expect((await send(command())).status).toBe(200)
  })

  it('a retry, signed anew or in the same second, is acknowledged and one message', async () => {
    const retry = { type: 'application/json', headers: { 'x-slack-retry-num': '1' } }
    expect((await send(event('Ev1'), { type: 'application/json' })).status).toBe(200)
    expect((await send(event('Ev1'), retry)).status).toBe(200)
    expect((await send(event('Ev1'), { ...retry, atS: NOW_S + 3 })).status).toBe(200)
    expect(stored.map(({ key }) => key)).toEqual(['mention/Ev1'])
  })

  it('a hundred copies at once are one message', async () => {
    const sent = await Promise.all(
      Array.from({ length: 100 }, (_, at) => send(event('Ev2'), { type: 'application/json', atS: NOW_S - at })),
    )
    expect(new Set(sent.map(({ status }) => status))).toEqual(new Set([200]))
    expect(stored).toHaveLength(1)
  })
})

describe('what is stored and what is answered', () => {
  it('a command is stored whole, without the old proof, and nothing is said', async () => {
    expect(await send(command({ token: 'gIkuvaNzQIHg97ATvDxqgjtO' }))).toEqual({ status: 200, text: '' })
    expect(stored[0]).toMatchObject({ source: 'slack', topic: 'command', key: 'command/1.2' })
    expect(JSON.parse(stored[0]?.body ?? '')).toMatchObject({ command: '/deploy', text: 'prod' })
    expect(stored[0]?.body).not.toContain('gIkuvaNz')
  })

  it.each([
    ['a button', interaction({ type: 'block_actions', actions: [{ action_id: 'halt', value: 'r1' }] }), 'action/7.7'],
    [
      'a modal',
      interaction({ type: 'view_submission', view: { ...VIEW, state: { values: { b: {} } } } }),
      'submission/7.7',
    ],
  ])('%s', async (_, body, key) => {
    expect((await send(body)).status).toBe(200)
    expect(stored.map((each) => each.key)).toEqual([key])
  })

  it('a modal that is filled in wrongly stays open, and is not stored', async () => {
    const { text } = await send(interaction({ type: 'view_submission', view: VIEW }))
    expect([JSON.parse(text), stored]).toEqual([{ response_action: 'errors', errors: { b: 'empty' } }, []])
  })

  it('what opens a modal and what searches is not stored', async () => {
    expect(await send(command({ text: '' }))).toEqual({ status: 200, text: '' })
    const search = await send(interaction({ type: 'block_suggestion', action_id: 'ref', value: 'ma' }))
    expect([JSON.parse(search.text), stored]).toEqual([{ options: [] }, []])
  })

  it.each([
    ['an event that nobody handles', event('Ev3', { event: { type: 'reaction_added' } })],
    ['the Messages tab', event('Ev4', { event: { type: 'app_home_opened', user: 'U1A', tab: 'messages' } })],
    [
      'a bot that mentions us',
      event('Ev5', { event: { type: 'app_mention', user: 'U1A', bot_id: 'B1', text: '', ts: '1', channel: 'C1' } }),
    ],
    [
      'a stranger in a shared channel',
      event('Ev6', { event: { type: 'app_mention', user: 'U1A', team: 'T0FAR', text: '', ts: '1', channel: 'C1' } }),
    ],
    // Slack sends it anew, with another event_id, whenever somebody edits the message.
    [
      'a mention that was edited',
      event('Ev7', {
        event: { type: 'app_mention', user: 'U1A', text: '', ts: '1', channel: 'C1', edited: { user: 'U1A', ts: '2' } },
      }),
    ],
  ])('%s is acknowledged and forgotten', async (_, body) => {
    expect(await send(body, { type: 'application/json' })).toEqual({ status: 200, text: '' })
    expect(stored).toEqual([])
  })

  it('answers the question that Slack asks of a new address', async () => {
    const body = JSON.stringify({ type: 'url_verification', challenge: 'abc' })
    expect(JSON.parse((await send(body, { type: 'application/json' })).text)).toEqual({ challenge: 'abc' })
  })

  it.each([
    ['no JSON', '{', 'application/json'],
    ['a number', '1', 'application/json'],
    ['a form without anything', 'a=b&payload=%7B', FORM],
    ['a command without a person', new URLSearchParams({ command: '/deploy', team_id: 'T0OURS' }).toString(), FORM],
    ['another type', command(), 'text/plain'],
  ])('%s is malformed', async (_, body, type) => {
    expect((await send(body, { type })).status).toBe(400)
  })

  it('a body above 1 MiB is not read', async () => {
    expect((await send(command({ text: 'x'.repeat(1024 * 1024) }))).status).toBe(413)
  })

  it('takes nothing while it starts or drains', async () => {
    open = false
    expect((await send(command())).status).toBe(503)
  })
})

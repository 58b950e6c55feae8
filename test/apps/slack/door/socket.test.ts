// Socket Mode against a stand-in: what comes is acknowledged when it was taken, and a connection that ends, whoever ends it, is
// opened again.

import { afterEach, beforeEach, expect, it } from 'vitest'
import { keepSocket } from '../../../../src/apps/slack/door/socket.ts'
import type { Taken } from '../../../../src/apps/slack/door/take.ts'
import { Secret } from '../../../../src/core/secret.ts'
import { type SlackStandIn, startSlackStandIn } from '../../../support/slack-stand-in/stand-in.ts'

let slack: SlackStandIn
let taken: unknown[]
let told: string[]
let faults: string[]
let answer: () => Promise<Taken>
let end: (() => Promise<void>) | undefined

beforeEach(async () => {
  slack = await startSlackStandIn()
  taken = []
  told = []
  faults = []
  answer = async () => ({ kind: 'acknowledged' })
})
afterEach(async () => {
  await end?.()
  await slack.close()
})

function open(appToken = slack.variables.SLACK_APP_TOKEN): void {
  end = keepSocket({
    appToken: new Secret(appToken),
    apiUrl: slack.apiUrl,
    take: async (body) => {
      taken.push(body)
      return await answer()
    },
    told: (state) => void told.push(state.kind),
    failed: ({ message }) => void faults.push(message),
    pausesMs: [0, 1],
  })
}

it('what comes is taken, and acknowledged with what goes back', async () => {
  open()
  answer = async () => ({ kind: 'acknowledged', body: { options: [] } })
  expect(await slack.people().command('U0ADA', '/deploy prod')).toEqual({ options: [] })
  expect(taken).toMatchObject([{ command: '/deploy', text: 'prod' }])
})

it.each([
  ['is cut', () => slack.socketMode.cut()],
  ['is recycled by Slack', () => slack.socketMode.refresh()],
])('a connection that %s is opened again, and takes what comes then', async (_, break_) => {
  open()
  await slack.socketMode.connected()
  break_()
  await slack.socketMode.connected(1)
  await slack.people().mention('U0ADA', 'status')
  expect(taken).toHaveLength(1)
})

it('goes on trying while Slack cannot be reached, says so, and comes back by itself', async () => {
  slack.troubles.plan('apps.connections.open', { kind: 'cut', when: 'before' }, 2)
  slack.troubles.plan('apps.connections.open', { kind: 'status', status: 503 }, 2)
  slack.troubles.plan('apps.connections.open', { kind: 'limited', retryAfterS: 0 }, 1)
  open()
  await slack.socketMode.connected()
  expect(slack.log.map(({ answered }) => answered)).toEqual(['cut', 'cut', 'status', 'status', 'limited', 'ok'])
  await slack.people().mention('U0ADA', 'status')
  expect(told).toContain('lost')
  expect(told.at(-1)).toBe('connected')
})

it.each<[string, () => Promise<Taken>, string[]]>([
  ['could not be stored', () => Promise.reject(new Error('no space left')), ['no space left']],
  ['comes while nothing is taken', async () => ({ kind: 'shut' }), []],
])('what %s is not acknowledged: Slack sends it again', async (_, answered, expected) => {
  open()
  await slack.socketMode.connected()
  answer = answered
  const sent = slack.people().mention('U0ADA', 'status')
  const refused = expect(sent).rejects.toThrow('before the acknowledgement')
  await expect.poll(() => taken.length).toBe(1)
  await expect.poll(() => faults).toEqual(expected)
  // An acknowledgement would come by the same connection, before its answer to this.
  slack.socketMode.refresh()
  await refused
})

it('a stranger gets no answer, and does not come again', async () => {
  open()
  answer = async () => ({ kind: 'stranger' })
  expect(await slack.people().command('U0ADA', '/deploy prod')).toEqual({})
})

it('ends, and opens nothing after that', async () => {
  open()
  await slack.socketMode.connected()
  await end?.()
  await expect.poll(() => slack.socketMode.connections).toEqual([])
  expect(slack.socketMode.opened).toBe(1)
})

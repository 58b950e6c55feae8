// A rollout that is told of in Slack on a bad day, through the projector, the real adapter and HTTP: one message in the end, with the
// end on it, and the rollout waited for nobody. Time is virtual, and stands still while a request is on its way.

import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { createChat } from '../../../src/adapters/slack/chat.ts'
import type { Chat } from '../../../src/engine/ports-outside.ts'
import { type House, isQuiet, openHouse, releaseRequest, startProcess } from '../../support/projection-house.ts'
import { inTime, startedBy } from '../../support/rollout-engine.ts'
import { messageFaults } from '../../support/slack-limits.ts'
import { type SlackStandIn, startSlackStandIn } from '../../support/slack-stand-in/stand-in.ts'
import type { Trouble } from '../../support/slack-stand-in/trouble.ts'

const MINUTE_MS = 60_000

let slack: SlackStandIn
beforeAll(async () => {
  slack = await startSlackStandIn({ team: 'T1' })
  slack.town.channels.set('C1', { id: 'C1', name: 'deploys', members: new Set([slack.town.bot.id]), archived: false })
})
afterAll(() => slack.close())
beforeEach(() => {
  slack.troubles.clear()
  slack.town.messages = []
  slack.log.length = 0
})

type Told = { house: House; rollout: string; ended: () => Promise<void>; until: (done: () => boolean) => Promise<void> }

/** Four hosts, one after the other, a minute each. */
async function deploy(): Promise<Told> {
  const house = openHouse()
  const idle = connect(
    house,
    createChat({ lineOf: () => ({ token: slack.town.botToken, url: slack.apiUrl }), memberOf: async () => undefined }),
  )
  house.remote.behave = () => ({ kind: 'slow', ms: MINUTE_MS })
  const { engine } = await startProcess(house)
  const { rollout } = startedBy(await inTime(house, engine.deploy(releaseRequest('r1'))))
  const until = (done: () => boolean | Promise<boolean>) =>
    house.clock.until(
      async () => {
        await idle()
        return await done()
      },
      24 * 60 * MINUTE_MS,
    )
  return { house, rollout, until, ended: () => until(() => isQuiet(house)) }
}

/** In the place of the fake. What it answers resolves when nothing is on its way any more. */
function connect({ chat: fake }: House, chat: Chat): () => Promise<void> {
  let onTheirWay = 0
  const counted = async <A>(call: () => Promise<A>): Promise<A> => {
    onTheirWay += 1
    try {
      return await call()
    } finally {
      onTheirWay -= 1
    }
  }
  const through: Chat = {
    find: (object, signal) => counted(() => chat.find(object, signal)),
    create: (object, signal) => counted(() => chat.create(object, signal)),
    update: (id, object, signal) => counted(() => chat.update(id, object, signal)),
  }
  Object.assign(fake, through)
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  return async () => {
    // What follows an answer may send the next request a few turns later.
    for (let still = 0; still < 5; still = onTheirWay > 0 ? 0 : still + 1) await turn()
  }
}

async function expectTold({ house, rollout }: Told): Promise<void> {
  const { createdAt = 0, finishedAt = 0 } = { ...(await house.store.rollout(rollout)) }
  expect(finishedAt - createdAt).toBeLessThan(5 * MINUTE_MS)
  const markers = slack.town.messages.map(({ metadata }) => JSON.stringify(metadata))
  expect(new Set(markers).size).toBe(markers.length)
  const [message, ...others] = slack.town.messages.filter(({ thread }) => thread === undefined)
  expect(others).toEqual([])
  expect(message?.text).toMatch(/: done\. 4 of 4 hosts done/)
  expect(slack.town.messages.map(({ thread }) => thread)).toEqual([undefined, message?.ts])
  expect(slack.town.messages.flatMap(messageFaults)).toEqual([])
}

const bad: [string, Trouble, times: number][] = [
  ['429, come back in half a minute', { kind: 'limited', retryAfterS: 30 }, 3],
  ['created, and nobody heard of it', { kind: 'cut', when: 'after' }, 1],
  ['the connection is cut', { kind: 'cut', when: 'before' }, 4],
  ['502', { kind: 'status', status: 502 }, 5],
  ['not taken: its blocks', { kind: 'error', error: 'invalid_blocks' }, 1],
  ['not taken: its blocks, and the old ones', { kind: 'error', error: 'invalid_blocks' }, 2],
  ['a token that somebody mends', { kind: 'error', error: 'invalid_auth' }, 5],
  ['a channel that somebody opens', { kind: 'error', error: 'not_in_channel' }, 3],
]
it.each(bad)('%s', async (_, trouble, times) => {
  slack.troubles.plan('*', trouble, times)
  const told = await deploy()
  await told.ended()
  expect(slack.troubles.left).toBe(0)
  await expectTold(told)
})

it('an outage in the middle: what happened meanwhile is there afterwards', async () => {
  const told = await deploy()
  await told.until(() => slack.town.messages.length === 2)
  slack.troubles.outage = true
  const before = slack.log.length
  const { clock } = told.house
  const back = clock.now() + 60 * MINUTE_MS
  await told.until(() => clock.now() >= back)
  expect(slack.log.length - before).toBeLessThan(60)
  slack.troubles.outage = false
  await told.ended()
  await expectTold(told)
})

it('any bad day ends with one message', { timeout: 60_000 }, async () => {
  // Refused for good, the last state would have to change before it is tried again.
  const trouble = fc.constantFrom<Trouble>(...bad.map(([, each]) => each).filter(({ kind }) => kind !== 'error'))
  const day = fc.array(
    fc.tuple(fc.constantFrom('*', 'chat.update', 'chat.postMessage'), trouble, fc.integer({ min: 1, max: 3 })),
    { maxLength: 6 },
  )
  await fc.assert(
    fc.asyncProperty(day, async (troubles) => {
      slack.town.messages = []
      slack.troubles.clear()
      for (const [method, each, times] of troubles) slack.troubles.plan(method, each, times)
      const told = await deploy()
      await told.ended()
      await expectTold(told)
    }),
    { numRuns: 60 },
  )
})

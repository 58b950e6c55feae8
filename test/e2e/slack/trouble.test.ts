// Slack is unwell, or the server dies, in the middle of a rollout: the hosts do not wait for it, and afterwards there is exactly one
// message, which tells the end.

import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { OPEN_WITHIN_MS, STAGING } from '../github/house.ts'
import {
  ADA,
  answer,
  limitFaults,
  livingMessages,
  message,
  openSlackHouse,
  type SlackHouse,
  until,
  wordsOf,
} from './house.ts'

let house: SlackHouse
beforeAll(async () => {
  house = await openSlackHouse()
}, OPEN_WITHIN_MS)

afterEach(() => {
  house.slack.troubles.clear()
  house.release()
})

afterAll(async () => {
  const faults = house ? limitFaults(house) : []
  await house?.close()
  expect(faults).toEqual([])
})

const LONG_MS = 120_000

/** A new commit goes to staging; answers how many messages there were before. */
async function deploy(): Promise<{ after: number; release: string }> {
  const { github, shop, ada, slack } = house
  const after = livingMessages(house).length
  const { sha } = github.people.push(shop, ada, { branch: 'main' })
  await slack.people().command(ADA, '/deploy staging')
  return { after, release: sha.slice(0, 10) }
}

async function begun(release: string, count: number): Promise<void> {
  await until(house, `${count} hosts begin ${release}`, () => journalOf(release).length === count)
}

function journalOf(release: string): string[] {
  return house.journal().filter((line) => line.endsWith(` ${release}`))
}

/** By what the hosts and the workspace hold. */
async function endsInOneMessage({ after, release }: { after: number; release: string }): Promise<void> {
  await message(house, /All 2 hosts run it/, { after })
  expect(livingMessages(house)).toHaveLength(after + 1)
  expect(journalOf(release)).toEqual(STAGING.map((host) => `${host} ${release}`))
}

it(
  'a 429 with Retry-After: nobody is asked again before, and the end is told',
  async () => {
    const { slack } = house
    slack.troubles.plan('chat.postMessage', { kind: 'limited', retryAfterS: 3 })
    house.hold(STAGING[0])
    const deployed = await deploy()
    await message(house, /running/, { after: deployed.after })
    slack.troubles.plan('chat.update', { kind: 'limited', retryAfterS: 3 })
    house.release()
    await endsInOneMessage(deployed)
    const limited = [...slack.log.entries()].filter(([, { answered }]) => answered === 'limited')
    expect(limited).toHaveLength(2)
    for (const [index, { at, method }] of limited) {
      const next = slack.log.slice(index + 1).find((each) => each.method === method)
      expect((next?.at ?? Number.POSITIVE_INFINITY) - at).toBeGreaterThanOrEqual(2_900)
    }
  },
  LONG_MS,
)

it(
  'invalid_blocks: the same facts in older blocks',
  async () => {
    const { slack } = house
    slack.troubles.plan('chat.postMessage', { kind: 'error', error: 'invalid_blocks' })
    const deployed = await deploy()
    await endsInOneMessage(deployed)
    expect(slack.troubles.left).toBe(0)
    expect(JSON.stringify(livingMessages(house).at(-1)?.blocks)).not.toContain('"plan"')
  },
  LONG_MS,
)

it(
  'an outage in the middle: the hosts go on, and the message catches up',
  async () => {
    const { slack } = house
    house.hold(STAGING[0])
    const deployed = await deploy()
    await message(house, /running/, { after: deployed.after })
    slack.troubles.outage = true
    slack.socketMode.cut()
    const said = house.server.says('succeeded', deployed.release)
    house.release()
    await said
    expect(wordsOf(livingMessages(house).at(-1) ?? {})).toMatch(/running/)
    slack.troubles.outage = false
    await endsInOneMessage(deployed)
  },
  LONG_MS,
)

it(
  'an answer that was cut after Slack had carried it out: no second message',
  async () => {
    house.slack.troubles.plan('chat.postMessage', { kind: 'cut', when: 'after' })
    await endsInOneMessage(await deploy())
  },
  LONG_MS,
)

it(
  'asked while Slack takes no answers: it is begun at once, and told later',
  async () => {
    const { slack } = house
    slack.troubles.plan('response_url', { kind: 'status', status: 503 }, 1)
    const known = slack.town.ephemerals.length
    const deployed = await deploy()
    await begun(deployed.release, STAGING.length)
    await endsInOneMessage(deployed)
    await until(house, 'the answer', () => slack.town.ephemerals.length > known)
    await answer(house, ADA, /Begun[\s\S]*/)
  },
  LONG_MS,
)

it(
  'killed in the middle and started again: the rollout goes on, in the same message',
  async () => {
    const { server } = house
    house.hold(STAGING[0])
    const deployed = await deploy()
    await message(house, /running/, { after: deployed.after })
    await server.end('SIGKILL')
    house.release()
    await server.start()
    await endsInOneMessage(deployed)
  },
  LONG_MS,
)

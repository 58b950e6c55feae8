// Two workspaces on one server, each with an app of its own, whose channels and people have the same ids: each is told in its own
// channel what is its business, and who somebody is in the one says nothing about the other. The hosts' own journal judges.

import { afterAll, beforeAll, expect, it } from 'vitest'
import { addPerson } from '../../support/github-stand-in/world.ts'
import type { Town } from '../../support/slack-stand-in/town.ts'
import { OPEN_WITHIN_MS, PRODUCTION, STAGING, type ZoneOf } from '../github/house.ts'
import {
  ADA,
  answer,
  BOB,
  CHANNEL,
  limitFaults,
  livingMessages,
  message,
  openSlackHouse,
  type SlackHouse,
  until,
} from './house.ts'

const [ACME, OTHER] = ['T0ACME', 'T0OTHER']
const LONG_MS = 120_000
const OTHERS = {
  team: OTHER,
  domain: 'other',
  botToken: 'xoxb-other',
  signingSecret: 'the-signing-secret-of-the-other',
}

/** Staging is everybody's, production is the first one's. Ada is somebody in the first workspace, bob in the second. */
const settings = `slack:
  workspaces: [{ team: ${OTHER}, token_env: OTHER_TOKEN, signing_secret_env: OTHER_SECRET }]
  channels:
    - { team: ${ACME}, channel: ${CHANNEL}, application: shop }
    - { team: ${OTHER}, channel: ${CHANNEL}, application: shop, environments: [staging] }
  people: { ${ACME}/${ADA}: ada, ${OTHER}/${BOB}: bob }
`

const environments = (zone: ZoneOf) => `  staging:
    zones:
${zone('eu-1a', STAGING)}
    rollout: { batch: 1, max_unavailable: 1 }
  production:
    zones:
${zone('eu-1a', PRODUCTION)}
`

let house: SlackHouse
let other: Town

beforeAll(async () => {
  const workspaces: NonNullable<Parameters<typeof openSlackHouse>[0]>['workspaces'] = (slack) => {
    other = slack.addTown(OTHERS)
    return { OTHER_TOKEN: OTHERS.botToken, OTHER_SECRET: OTHERS.signingSecret }
  }
  house = await openSlackHouse({ environments, settings, workspaces })
  house.shop.roles.set(addPerson(house.github.world, 'bob').id, 'write')
  // Before it knows whose its tokens are it takes nothing: people would have to type it again.
  for (const team of [ACME, OTHER])
    await until(house, team, () => house.server.said.some((line) => line.includes(`"id":"${team}"`)))
  house.slack.deliverTo(new URL('/slack/events', house.github.hook.url).href)
}, OPEN_WITHIN_MS)

afterAll(async () => {
  house?.release()
  const faults = house ? [...limitFaults(house), ...limitFaults(there())] : []
  const complaints = house?.github.complaints()
  await house?.close()
  expect([faults, complaints]).toEqual([[], []])
})

const there = () => ({ ...house, slack: { town: other } })
const here = () => house.slack.people()
const yonder = () => house.slack.people(other)

/** The first host of staging is held. */
async function begin(): Promise<{ began: number; after: number }> {
  const { github, shop, ada } = house
  const [began, after] = [house.journal().length, livingMessages(house).length]
  github.people.push(shop, ada, {})
  house.hold(STAGING[0])
  await here().command(ADA, '/deploy staging')
  await until(house, 'the first host', () => house.journal().length === began + 1)
  return { began, after }
}

it('each has its channel told, of what is its business', { timeout: LONG_MS }, async () => {
  await here().command(ADA, '/deploy production')
  await message(house, /production: done/)
  expect(livingMessages(there())).toEqual([])
  const { after } = await begin()
  await message(house, /staging: running/, { after })
  await message(there(), /staging: running/)
  house.release()
  await message(house, /staging: done/, { after })
  await message(there(), /staging: done/)
  expect([livingMessages(house).length, livingMessages(there()).length]).toEqual([2, 1])
})

it('whoever is somebody in the one is a stranger in the other', { timeout: LONG_MS }, async () => {
  const { began, after } = await begin()
  const shown = await message(there(), /staging: running/, { after: 1 })
  await yonder().press(ADA, shown, 'houston.rollout.halt')
  await answer(there(), ADA, /You may look, and not act/)
  await here().press(BOB, await message(house, /staging: running/, { after }), 'houston.rollout.halt')
  await answer(house, BOB, /You may look, and not act/)
  // Neither has anybody been told in the other workspace.
  expect([other.ephemerals, house.slack.town.ephemerals].map((told) => told.filter(isStranger).length)).toEqual([1, 1])
  // And whom the operator knows there acts there.
  await yonder().press(BOB, shown, 'houston.rollout.halt')
  await message(there(), /staging: halting/, { after: 1 })
  house.release()
  await message(there(), /staging: halted[\s\S]*halted by bob/, { after: 1 })
  await message(house, /staging: halted[\s\S]*halted by bob/, { after })
  expect(house.journal()).toHaveLength(began + 1)
})

const isStranger = ({ text }: { text: string }) => /You may look, and not act/.test(text)

it('an app is believed about its own workspace only', { timeout: LONG_MS }, async () => {
  const [journal, shown] = [house.journal(), livingMessages(house).at(-1)]
  if (!shown) expect.fail('there is no message')
  const forged = house.slack.people(house.slack.town, other)
  await expect(forged.command(ADA, '/deploy production')).rejects.toThrow('answered 403')
  await expect(forged.press(ADA, shown, 'houston.rollout.resume')).rejects.toThrow('answered 403')
  await expect(forged.mention(ADA, 'deploy production')).rejects.toThrow('answered 403')
  const backwards = house.slack.people(other, house.slack.town)
  await expect(backwards.command(BOB, '/deploy staging')).rejects.toThrow('answered 403')
  // What is asked afterwards is answered: nothing of that is on its way.
  await here().command(ADA, '/deploy status staging')
  await answer(house, ADA, /halted/)
  expect(house.journal()).toEqual(journal)
})

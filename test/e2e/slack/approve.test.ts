// A deploy that a second person has to approve, from the command to the hosts: whoever asked cannot, somebody else does under the
// message, and from then on the message says who it was. The hosts' own journal judges.

import { afterAll, beforeAll, expect, it } from 'vitest'
import { addPerson } from '../../support/github-stand-in/world.ts'
import { OPEN_WITHIN_MS, STAGING, type ZoneOf } from '../github/house.ts'
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
  wordsOf,
} from './house.ts'

const APPROVE = 'houston.rollout.approve'
const ASKS = /waits for your approval/

const environments = (zone: ZoneOf) => `  staging:
    approvals: { required: 1 }
    zones:
${zone('eu-1a', STAGING)}
`

let house: SlackHouse
beforeAll(async () => {
  const people = `{ ${ADA}: ada, ${BOB}: bob }`
  const settings = `slack: { channels: [{ channel: ${CHANNEL}, application: shop }], people: ${people} }\n`
  house = await openSlackHouse({ environments, settings })
  house.shop.roles.set(addPerson(house.github.world, 'bob').id, 'write')
}, OPEN_WITHIN_MS)

afterAll(async () => {
  const faults = house ? limitFaults(house) : []
  const complaints = house?.github.complaints()
  await house?.close()
  expect([faults, complaints]).toEqual([[], []])
})

/** What somebody's Home tab says when it is opened now, as soon as it names the environment. */
async function homeOf(user: string): Promise<string> {
  const { slack } = house
  slack.town.homes.delete(user)
  await slack.people().openHome(user)
  return wordsOf(await until(house, `the Home tab of ${user}`, () => slack.town.homes.get(user)))
}

it('begins with another person’s press, and says whose it was', { timeout: 120_000 }, async () => {
  const { slack } = house
  await slack.people().command(ADA, '/deploy staging')
  const asked = await message(house, /waiting for approval[\s\S]*It waits for \*an approval\*/)
  expect(await homeOf(ADA)).not.toMatch(ASKS)
  expect(await homeOf(BOB)).toMatch(ASKS)

  await slack.people().press(ADA, asked, APPROVE)
  await answer(house, ADA, /You asked for this rollout yourself/)
  expect(slack.town.messages.filter((each) => /yourself/.test(wordsOf(each)))).toEqual([])
  expect(house.journal()).toEqual([])

  await slack.people().press(BOB, asked, APPROVE)
  const done = await message(house, /All 2 hosts run it/)
  expect(house.journal().map((line) => line.split(' ')[0])).toEqual([...STAGING])
  expect(wordsOf(done)).toMatch(/Approved by `bob`/)
  expect(livingMessages(house)).toHaveLength(1)
  expect(await homeOf(BOB)).not.toMatch(ASKS)
})

it('begins from the Home tab of the approver as well', { timeout: 120_000 }, async () => {
  const { slack, github, shop, ada } = house
  const { sha } = github.people.push(shop, ada, { branch: 'main' })
  const before = house.journal().length
  await slack.people().command(ADA, '/deploy staging')
  await message(house, /waiting for approval/, { after: 1 })
  await homeOf(BOB)
  const home = slack.town.homes.get(BOB)
  if (!home) expect.fail('there is no Home tab')
  expect(house.journal()).toHaveLength(before)
  await slack.people().press(BOB, home, APPROVE)
  await message(house, /Approved by `bob`[\s\S]*All 2 hosts run it/, { after: 1 })
  const release = sha.slice(0, 10)
  expect(house.journal().slice(before)).toEqual(STAGING.map((host) => `${host} ${release}`))
})

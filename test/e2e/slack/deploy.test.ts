// From Slack to the hosts and back: `/deploy prod`, the question, one living message, every button, the form, the Home tab; over real
// SSH. What the message says is what the hosts ran.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { OPEN_WITHIN_MS, PRODUCTION, STAGING } from '../github/house.ts'
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

let house: SlackHouse
beforeAll(async () => {
  house = await openSlackHouse()
}, OPEN_WITHIN_MS)

afterAll(async () => {
  const faults = house ? limitFaults(house) : []
  const complaints = house?.github.complaints()
  await house?.close()
  expect(faults).toEqual([])
  expect(complaints).toEqual([])
})

const people = () => house.slack.people()
const press = async (verb: string, user = ADA) => {
  const newest = livingMessages(house).at(-1)
  if (!newest) throw new Error('there is no message')
  await people().press(user, newest, `houston.rollout.${verb}`)
}
const journalOf = (hosts: readonly string[]) =>
  house.journal().filter((line) => hosts.some((host) => line.startsWith(`${host} `)))
const push = (files: Record<string, string> = {}) => {
  const { github, shop, ada } = house
  return github.people.push(shop, ada, { branch: 'main', files })
}

describe('/deploy prod', () => {
  it('asks, deploys, waits for Continue, and ends in one message', async () => {
    await people().command(ADA, '/deploy prod')
    const question = await answer(house, ADA, /Deploy to production\?/)
    expect(wordsOf(question)).toMatch(/all 4 hosts/)
    expect(livingMessages(house)).toEqual([])
    await people().press(ADA, question, 'houston.deploy.confirm')
    await message(house, /waiting for a person/)
    expect(journalOf(PRODUCTION)).toHaveLength(2)
    await press('continue')
    await message(house, /All 4 hosts run it/)
    expect(journalOf(PRODUCTION).map((line) => line.split(' ')[0])).toEqual([...PRODUCTION])
    expect(livingMessages(house)).toHaveLength(1)
  }, 120_000)

  it('somebody who is nobody at GitHub may look, and neither deploy nor press', async () => {
    const before = house.journal().length
    await people().command(BOB, '/deploy status')
    await answer(house, BOB, /shop production/)
    await people().command(BOB, '/deploy staging')
    await answer(house, BOB, /You may look, and not act/)
    const known = house.slack.town.ephemerals.length
    await press('rollback', BOB)
    await until(house, 'an answer', () => house.slack.town.ephemerals.length > known)
    expect(house.journal()).toHaveLength(before)
    expect(livingMessages(house)).toHaveLength(1)
  }, 60_000)
})

describe('every button', () => {
  it('Halt, Resume: a halted rollout touches no further host, a resumed one goes on', async () => {
    await push()
    house.hold('web5')
    await people().command(ADA, '/deploy staging')
    await until(house, 'the first host', () => journalOf(STAGING).length === 1)
    await message(house, /running/, { after: 1 })
    await press('halt')
    await message(house, /staging: halting/)
    house.release()
    await message(house, /staging: halted/)
    expect(journalOf(STAGING)).toHaveLength(1)
    await press('resume')
    await message(house, /All 2 hosts run it/)
    expect(journalOf(STAGING)).toHaveLength(2)
  }, 120_000)

  it('Retry failed: a sick host halts it, and is tried again when it is well', async () => {
    await push()
    house.sicken('web5')
    await people().command(ADA, '/deploy staging')
    await message(house, /halted[\s\S]*1 not well/, { after: 2 })
    house.heal('web5')
    await press('retry')
    await message(house, /All 2 hosts run it/)
    expect(journalOf(['web5']).length).toBe(3)
  }, 120_000)

  it('Roll back: the release before comes back; the button of the older message then does nothing', async () => {
    const old = livingMessages(house).at(-1)
    await press('rollback')
    await message(house, /Roll back[\s\S]*run it/, { after: 3 })
    const before = house.journal().length
    if (!old) expect.fail('there was no message')
    await people().press(ADA, old, 'houston.rollout.rollback')
    await answer(house, ADA, /not the newest of staging/)
    expect(house.journal()).toHaveLength(before)
    await people().command(ADA, '/deploy unlock staging')
    await answer(house, ADA, /Automatic deploys to staging go on/)
  }, 120_000)

  it('Abort: it ends as it stands; a mention that Slack sends again begins nothing again', async () => {
    await push()
    house.sicken('web5')
    const envelope = await people().mention(ADA, 'deploy staging')
    for (const retry of [1, 2, 3]) await people().again(envelope, retry)
    await message(house, /halted[\s\S]*1 not well/, { after: 4 })
    house.heal('web5')
    await press('abort')
    await message(house, /aborted/)
    expect(livingMessages(house)).toHaveLength(5)
  }, 120_000)
})

it('the form: an environment, a branch, the plan, and off it goes', async () => {
  const { github, shop, ada } = house
  const commit = github.people.push(shop, ada, { branch: 'feature/form', files: { x: '1' } })
  const count = livingMessages(house).length
  await people().command(ADA, '/deploy')
  const { town } = house.slack
  const form = await until(house, 'the form', () => [...town.views.values()].at(-1))
  const searched = await people().search(ADA, form, 'houston.form.place', { typed: 'stag' })
  expect(searched).toMatchObject({ options: [{ value: 'shop/staging' }] })
  const place = { place: { 'houston.form.place': { selected_option: { value: 'shop/staging' } } } }
  const refs = await people().search(ADA, form, 'houston.form.ref', { typed: 'feat', values: place })
  expect(refs).toMatchObject({ options: [{ value: 'feature/form' }] })
  const values = { ...place, ref: { 'houston.form.ref': { selected_option: { value: 'feature/form' } } } }
  form.filled = values
  await people().press(ADA, form, 'houston.form.ref', 'feature/form')
  await until(house, 'the plan', () => /all 2 hosts|of 2 hosts/.test(wordsOf(form)))
  await people().submit(ADA, form, values)
  await message(house, /All 2 hosts run it/, { after: count })
  expect(journalOf(STAGING).at(-1)).toContain(commit.sha.slice(0, 10))
}, 120_000)

it('the Home tab shows who one is, and what runs', async () => {
  await people().openHome(ADA)
  const home = await until(house, 'the Home tab', () => house.slack.town.homes.get(ADA))
  expect(wordsOf(home)).toMatch(/You act as `ada` of GitHub[\s\S]*`production`[\s\S]*`staging`/)
}, 60_000)

it('what goes wrong is told to whoever asked, and to nobody else', async () => {
  const public_ = livingMessages(house).length
  await people().command(ADA, '/deploy nowhere')
  await answer(house, ADA, /"nowhere"/)
  await people().command(ADA, '/deploy prod no-such-branch')
  await answer(house, ADA, /no-such-branch is no branch, tag or commit here/)
  expect(livingMessages(house)).toHaveLength(public_)
  expect(house.slack.town.messages.every(({ channel }) => channel === CHANNEL || channel.startsWith('D'))).toBe(true)
}, 60_000)

it('over signed HTTP it is the same', async () => {
  const { slack, github } = house
  slack.deliverTo(github.hook.url?.replace(/\/api\/.*$/, '/slack/events'))
  try {
    const known = slack.town.ephemerals.length
    const acked = slack.acks.length
    await people().command(BOB, '/deploy history staging')
    const told = await until(house, 'the history', () => slack.town.ephemerals.slice(known).at(-1))
    expect(wordsOf(told)).toMatch(/History of staging[\s\S]*rollback/)
    expect(slack.acks.slice(acked).map(({ status }) => status)).toEqual([200])
  } finally {
    slack.deliverTo(undefined)
  }
}, 60_000)

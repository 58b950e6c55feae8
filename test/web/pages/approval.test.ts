// A rollout that waits for approval, on its page: what is missing, who has the button, and why others have not.

import { beforeEach, expect, it } from 'vitest'
import { refused } from '../../../src/core/intent.ts'
import { PagesHouse } from '../../support/pages-house.ts'
import { ADA, seedWorld } from '../../support/showcase/world.ts'

const path = '/rollouts/rollout-7'
const plainOf = (text: string) => text.replaceAll(/<[^>]*>/g, '').replaceAll(/\s+/g, ' ')

let house: PagesHouse
beforeEach(async () => {
  house = new PagesHouse()
  await seedWorld(house.store)
})

it('says what is missing and whose counts, on its page and in the plan', async () => {
  const { text } = await house.get(path)
  expect(plainOf(text)).toContain('2 of 2 approvals missing (needs membership of acme/sre; not by who asked')
  expect(plainOf(text)).toContain('Before it begins:')
  expect((await house.get('/')).text).toContain('waits for approval')
})

it('has the button for whoever may approve, also when they may do nothing else', async () => {
  house.who = { kind: 'known', by: 'session', person: { ...ADA, id: 'onlooker' } }
  const { text } = await house.get(path)
  expect(text).toContain('<summary>Approve…</summary>')
  expect(text).not.toContain('<summary>Abort…</summary>')
  await house.post('/environments/billing/staging/act', {
    verb: 'approve',
    rollout: 'rollout-7',
    intent: 'intent-9-approve',
  })
  expect(house.desk.asked.at(-1)?.act).toEqual({
    ...{ verb: 'approve', rollout: 'rollout-7' },
    target: { application: 'billing', environment: 'staging' },
  })
})

it('says to everybody else why theirs does not count', async () => {
  house.desk.approval = refused('not-a-second-person', { who: 'requester' })
  const { text } = await house.get(path)
  expect(text).not.toContain('<summary>Approve…</summary>')
  expect(text).toContain('<summary>Abort…</summary>')
  expect(text).toContain('Your approval does not count: What.')
})

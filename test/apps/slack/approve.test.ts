// Approvals in Slack: by button and by word, in the Home tab, and compared with whoever asked at any other door.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { View } from '../../../src/apps/slack/door/arrivals.ts'
import { CONFIG, Town } from '../../support/github-town.ts'
import { Visit } from '../../support/slack-visit.ts'

const RULE = 'staging: { approvals: { required: 1, not_author: false }, '
const APPROVE = 'houston.rollout.approve'

let town: Town
let visit: Visit
beforeEach(async () => {
  town = new Town(CONFIG.replace('staging: { ', RULE))
  town.repository.roles.set(town.eve.id, 'write')
  visit = new Visit(town)
  await town.engine.start()
})
afterEach(async () => {
  await town.engine.stop()
  town.close()
})

const newest = async () => (await town.store.rollouts({ limit: 1 }))[0]?.id ?? ''
const approvals = async () => (await town.audit()).filter((line) => line.includes(' approve '))

describe('a rollout that waits', () => {
  it('is approved by another person’s press, not by the requester’s', async () => {
    await visit.type('/deploy staging')
    const rollout = await newest()
    await visit.press(APPROVE, rollout)
    expect(visit.last).toContain('You asked for this rollout yourself.')
    expect(town.remote.begins().size).toBe(0)
    const told = visit.told.length
    await visit.press(APPROVE, rollout, 'eve')
    await town.engine.idle()
    expect(visit.told).toHaveLength(told)
    expect(town.remote.begins().size).toBe(2)
    expect(await approvals()).toEqual([
      'github ada approve staging: not-a-second-person',
      'github eve approve staging: accepted',
    ])
  })

  it('by word, only the release that was looked at', async () => {
    await visit.type('/deploy staging')
    await visit.type('/deploy approve staging v9', 'eve')
    expect(visit.last).toMatch(/waits for approval, not v9/)
    const release = (await town.store.rollouts({ limit: 1 }))[0]?.releaseId
    await visit.type(`/deploy approve staging ${release}`, 'eve')
    expect(visit.last).toContain('Done: approve of shop staging.')
    await town.engine.idle()
    expect((await town.rollouts('staging'))[0]).toMatch(/succeeded/)
  })

  it('a comment at GitHub and a press in Slack are one person', async () => {
    await town.comment(town.issue(), '/deploy staging')
    await visit.press(APPROVE, await newest(), 'ada')
    expect(visit.last).toContain('You asked for this rollout yourself.')
    expect(town.remote.begins().size).toBe(0)
  })

  it('a stranger is told how to become known, and nothing begins', async () => {
    await visit.type('/deploy staging')
    await visit.press(APPROVE, await newest(), 'stranger')
    expect(visit.last).toMatch(/sign in/i)
    expect(town.remote.begins().size).toBe(0)
  })

  it('whoever lost the right meanwhile cannot', async () => {
    await visit.type('/deploy staging')
    town.repository.roles.delete(town.eve.id)
    await visit.press(APPROVE, await newest(), 'eve')
    expect(town.remote.begins().size).toBe(0)
    expect(await town.rollouts('staging')).toEqual([expect.stringMatching(/unapproved/)])
  })
})

describe('the Home tab', () => {
  const home: View = { id: 'V0', hash: '', callbackId: '', metadata: '', values: {} }
  const waits = 'waits for your approval'

  it('asks those whose approval counts, and shows at once what a press there did', async () => {
    await visit.type('/deploy staging')
    expect(await visit.home('ada')).not.toContain(waits)
    expect(await visit.home('eve')).toContain(waits)
    expect(await visit.home('stranger')).not.toContain(waits)
    const shown = visit.views.length
    await visit.pressHome('Approve', 'eve', home)
    await town.engine.idle()
    expect(visit.views.length).toBe(shown + 1)
    expect(JSON.stringify(visit.views.at(-1))).not.toContain(waits)
    expect(town.remote.begins().size).toBe(2)
  })
})

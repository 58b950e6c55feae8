// What is answered late, or comes to be handled late: nothing begins when nobody expects it any more, and nothing is done twice.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Later } from '../../../src/apps/desk/later.ts'
import { CONFIG, Town } from '../../support/github-town.ts'
import { Visit } from '../../support/slack-visit.ts'

let town: Town
let visit: Visit
beforeEach(async () => {
  town = new Town(CONFIG)
  visit = new Visit(town)
  await town.engine.start()
})
afterEach(async () => {
  await town.engine.stop()
  town.close()
})

describe('what waited', () => {
  const HOUR_MS = 60 * 60_000

  it.each(['deploy staging', 'rollback staging', 'retry staging', 'lock staging'])(
    'too long is told, and not done: %s',
    async (words) => {
      await visit.type('/deploy staging')
      await town.engine.idle()
      town.commit()
      const before = await town.rollouts('staging')
      visit.agoMs = HOUR_MS
      await visit.mention(`<@U0BOT> ${words}`)
      expect(visit.last).toMatch(/asked for 60m ago.*not carried out/)
      expect(await town.rollouts('staging')).toEqual(before)
      expect((await town.audit()).at(-1)).toMatch(/no-answer$/)
    },
  )

  it('and cannot be told either does not come back', async () => {
    visit.agoMs = HOUR_MS
    visit.trouble = new Later(1_000, 'Slack is away')
    await visit.type('/deploy staging')
    expect(await town.audit()).toEqual(['github ada deploy staging: no-answer'])
  })

  it('is carried out when it stops something', async () => {
    town.remote.behave = () => 'hang'
    await visit.type('/deploy staging')
    visit.agoMs = HOUR_MS
    await visit.type('/deploy halt staging')
    expect(await town.audit()).toContain('github ada halt staging: accepted')
  })

  it('is not refused once it was done, however late the answer comes', async () => {
    visit.trouble = new Later(1_000, 'Slack is away')
    await expect(visit.type('/deploy staging', 'ada', 'one')).rejects.toThrow('Slack is away')
    visit.trouble = undefined
    visit.agoMs = HOUR_MS
    await visit.type('/deploy staging', 'ada', 'one')
    expect(visit.last).toContain('Begun')
    expect(await town.store.rollouts({ limit: 9 })).toHaveLength(1)
  })

  it('is not done once its time is over, though it was refused in time and only the answer is late', async () => {
    town.remote.behave = () => 'hang'
    await visit.type('/deploy staging')
    const refused = visit.type('/deploy staging', 'ada', 'two')
    visit.trouble = new Later(1_000, 'Slack is away')
    await expect(refused).rejects.toThrow('Slack is away')
    await visit.type('/deploy abort staging', 'ada').catch(() => {})
    visit.agoMs = HOUR_MS
    await visit.type('/deploy staging', 'ada', 'two')
    expect(await town.store.rollouts({ limit: 9 })).toHaveLength(1)
  })
})

it('while GitHub is away a person hears so at once, and nothing waits to be begun', async () => {
  await visit.type('/deploy status')
  town.trouble = () => [503, {}]
  await visit.type('/deploy staging')
  expect(visit.last).toContain('GitHub does not answer, so nothing was begun')
  town.trouble = () => undefined
  expect(await town.store.rollouts({ limit: 1 })).toEqual([])
})

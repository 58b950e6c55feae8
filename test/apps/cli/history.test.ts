// The past as a session tells it: with the times of the commits that a rollout brought, where a forge told of them.

import { expect, it } from 'vitest'
import { LocalSession } from '../../../src/apps/cli/session/local-session.ts'
import { houseOf, orderOf, production } from './house-of.ts'

it('history has the lead times of each rollout that brought commits', async () => {
  const house = houseOf()
  const session = new LocalSession(house, { kind: 'local', alone: true })
  const commits = [{ sha: 'a'.repeat(40), committedAt: 100, mergedAt: 200 }]
  await session.deploy(orderOf('r1', { origin: { issues: [], commits } }))
  await house.engine.idle()
  await session.deploy(orderOf('r2'))
  await house.engine.idle()
  const [second, first] = await session.history({ target: production, limit: 10 })
  const { createdAt: queuedAt, rollout } = first ?? {}
  const measured = { firstHostAt: expect.any(Number), lastHostAt: expect.any(Number) }
  expect(first?.leadTimes).toEqual([
    { rollout, commit: 'a'.repeat(40), committedAt: 100, mergedAt: 200, queuedAt, ...measured },
  ])
  expect(second).not.toHaveProperty('leadTimes')
  await session.close()
})

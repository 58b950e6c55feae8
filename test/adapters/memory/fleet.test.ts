// What the contract of stores does not ask of the one in memory: that its cost grows with the fleet, and no faster.

import { expect, it } from 'vitest'
import { MemoryFleet } from '../../../src/adapters/memory/fleet.ts'

const PLACE = { application: 'shop', environment: 'production' }
const HOSTS = 50_000

it('takes the releases of a large fleet at once: host by host they would outlast this test by far', () => {
  const fleet = new MemoryFleet()
  const names = Array.from({ length: HOSTS }, (_, index) => `web${index}`)
  const opened = (release: string, from: number) =>
    names.map((name) => ({ name, zone: 'a', release, rollout: release, from }))
  fleet.write(PLACE, { records: [], releases: { closed: [], opened: opened('r1', 1) } })
  fleet.write(PLACE, { records: [], releases: { closed: [], opened: opened('r2', 2) } })
  fleet.write(PLACE, { records: [], releases: { closed: names.map((name) => ({ name, at: 3 })), opened: [] } })
  const releases = fleet.releases(PLACE)
  expect(releases).toHaveLength(2 * HOSTS)
  expect(releases.filter(({ release, to }) => to === (release === 'r1' ? 2 : 3))).toHaveLength(2 * HOSTS)
})

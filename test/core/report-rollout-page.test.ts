// The rows of a rollout page: each says what its host's state says, and nothing is lost by writing it short.

import { describe, expect, it } from 'vitest'
import { reportRolloutPage } from '../../src/core/report-rollout-page.ts'
import type { HostState } from '../../src/core/rollout.ts'
import { fleetOf, planOf } from '../support/plan-of.ts'

const plan = planOf({ fleet: fleetOf({ a: 2, b: 2 }) })
const cursor = { phase: 'running', stage: 0, forgiven: { fleet: 0, stage: 0, zones: [0, 0] } } as const
const requestedBy = { via: 'terminal', id: '1', name: 'ada' } as const

function pageOf(hosts: HostState[]) {
  return reportRolloutPage({ id: 'x', requestedBy, createdAt: 5, plan, cursor, hosts })
}

describe('reportRolloutPage', () => {
  const bad: HostState = { phase: 'failed', attempt: 2, step: 'start', signature: 'start exited 127', startedAt: 7 }
  const away: HostState = { phase: 'unreachable', attempt: 1, signature: 'refused', startedAt: 9, finishedAt: 11 }
  const working: HostState = { phase: 'running', attempt: 1, step: 'fetch', startedAt: 8 }
  const page = pageOf([bad, away, { phase: 'queued', attempt: 1 }, working])
  const zone = (index: number) => plan.hosts[index]?.zone ?? -1

  it('has a row a host, in the order of the plan, with each signature once', () => {
    expect(page.hosts.map(([name]) => name)).toEqual(plan.hosts.map(({ host }) => host.name))
    expect(page.hosts.map(([, ...rest]) => rest)).toEqual([
      [zone(0), 'failed', 2, 'start', 0],
      [zone(1), 'unreachable', 1, null, 1],
      [zone(2), 'queued', 1],
      [zone(3), 'running', 1, 'fetch'],
    ])
    expect(page.signatures).toEqual(['start exited 127', 'refused'])
    expect(pageOf([bad, bad, bad, away]).signatures).toEqual(['start exited 127', 'refused'])
  })

  it('tells when each zone was at work', () => {
    const expected = page.zones.map((_, of) => {
      const hosts = [bad, away, working].filter((_, index) => zone(index === 2 ? 3 : index) === of)
      const from = hosts.map(({ startedAt }) => startedAt).filter((at) => at !== undefined)
      const to = hosts.map(({ finishedAt }) => finishedAt).filter((at) => at !== undefined)
      return { ...(from.length > 0 && { from: Math.min(...from) }), ...(to.length > 0 && { to: Math.max(...to) }) }
    })
    expect(page.spans).toEqual(expected)
    expect(page.report.hosts.planned).toBe(4)
  })
})

// The view-model of a rollout: its counts are the state machine's own, and what it says is true in every phase.

import { describe, expect, it } from 'vitest'
import { type RolloutReport, reportRollout } from '../../src/core/report.ts'
import { NAMES_SHOWN } from '../../src/core/report-hosts.ts'
import { nextSteps } from '../../src/core/report-next.ts'
import type { HostState, RolloutCursor, RolloutPhase } from '../../src/core/rollout.ts'
import { openRollout } from '../../src/core/rollout-state.ts'
import { fleetOf, planOf } from '../support/plan-of.ts'

const count = (n: number) => ({ kind: 'count', count: n }) as const
const plan = planOf({
  fleet: fleetOf({ a: 4, b: 3 }),
  strategy: { maxFailures: { fleet: count(3), zone: count(1) }, canary: { hosts: count(1), after: { kind: 'wait' } } },
})

const ok: HostState = { phase: 'succeeded', attempt: 1, startedAt: 0, finishedAt: 10_000 }
const bad: HostState = { phase: 'failed', attempt: 1, step: 'start', signature: 'start exited 127' }
const away: HostState = { phase: 'unreachable', attempt: 1, signature: 'refused' }
const working: HostState = { phase: 'running', attempt: 1, startedAt: 10_000 }
const queued: HostState = { phase: 'queued', attempt: 1 }

function look(hosts: HostState[], cursor: Partial<RolloutCursor> = {}): RolloutReport {
  const full: RolloutCursor = { phase: 'running', stage: 1, forgiven: { fleet: 0, stage: 0, zones: [0, 0] }, ...cursor }
  const requestedBy = { via: 'terminal', id: '1', name: 'ada' } as const
  return reportRollout({ id: 'x', requestedBy, createdAt: 5, plan, cursor: full, hosts })
}

describe('reportRollout', () => {
  it('counts per zone and in all', () => {
    const report = look([ok, bad, away, queued, ok, working, queued])
    expect(
      report.zones.map(({ name, hosts }) => [name, hosts.succeeded, hosts.failed, hosts.unreachable, hosts.queued]),
    ).toEqual([
      ['a', 1, 1, 1, 1],
      ['b', 1, 0, 0, 1],
    ])
    expect(report.hosts).toMatchObject({ planned: 7, succeeded: 2, running: 1, failed: 1, unreachable: 1, queued: 2 })
  })

  it('agrees with the counters that halt the rollout', () => {
    const hosts = [ok, bad, away, queued, { ...bad, phase: 'unknown' } as const, working, queued]
    const cursor: RolloutCursor = { phase: 'running', stage: 1, forgiven: { fleet: 0, stage: 0, zones: [0, 0] } }
    const { tally } = openRollout(plan, cursor, hosts)
    const report = look(hosts)
    expect(report.fleetBudget?.failed).toBe(tally.failed)
    expect(report.zones.map(({ budget }) => budget?.failed)).toEqual(tally.zones.map(({ failed }) => failed))
    expect(report.hosts.running).toBe(tally.running)
  })

  it('counts no failure of hosts that were down before a rollback, as the state machine', () => {
    const down = new Map([['a1', { health: 'failed', release: 'bad' } as const]])
    const back = planOf({
      kind: 'rollback',
      fleet: fleetOf({ a: 2 }),
      lastKnown: down,
      strategy: { maxFailures: { fleet: count(0), zone: count(0) } },
    })
    const cursor: RolloutCursor = { phase: 'running', stage: 1, forgiven: { fleet: 0, stage: 0, zones: [0] } }
    const hosts = [bad, queued]
    const requestedBy = { via: 'terminal', id: '1', name: 'ada' } as const
    const report = reportRollout({ id: 'x', requestedBy, createdAt: 5, plan: back, cursor, hosts })
    expect(report.hosts.failed).toBe(1)
    expect(report.fleetBudget?.failed).toBe(openRollout(back, cursor, hosts).tally.failed)
    expect(report.zones[0]?.budget).toMatchObject({ failed: 0, haltsAt: 1 })
  })

  it('says at which failure it halts, counting from what was set aside', () => {
    const hosts = [bad, bad, ok, ok, ok, ok, ok]
    expect(look(hosts).zones[0]?.budget).toEqual({ failed: 2, haltsAt: 2, of: 4 })
    const forgiven = { fleet: 2, stage: 0, zones: [2, 0] }
    expect(look(hosts, { forgiven }).zones.map(({ budget }) => budget?.haltsAt)).toEqual([4, 2])
    expect(look(hosts, { forgiven }).fleetBudget).toEqual({ failed: 2, haltsAt: 6, of: 7 })
  })

  it('names the budget of a canary, in which nothing is tolerated', () => {
    expect(look([queued, queued, queued, queued, queued, queued, queued], { stage: 0 }).stageBudget).toEqual({
      failed: 0,
      haltsAt: 1,
      of: 1,
    })
  })

  it('estimates from the pace so far, and only when there is one', () => {
    // Zone a: 10 s a host, one in flight, three to do. Zone b has finished nothing.
    const report = look([ok, working, queued, queued, working, queued, queued])
    expect(report.zones.map(({ etaMs }) => etaMs)).toEqual([30_000, undefined])
    expect(report.etaMs).toBe(30_000)
    expect(look([ok, working, queued, queued, ok, ok, ok], { phase: 'halting' }).etaMs).toBeUndefined()
    expect(look([ok, queued, queued, queued, ok, ok, ok]).etaMs).toBeUndefined()
  })

  it('puts equal failures together, the largest group first', () => {
    const other: HostState = { ...bad, signature: 'start exited 1' }
    const report = look([other, bad, bad, away, ok, ok, ok])
    expect(report.failures.map(({ phase, signature, hosts }) => [phase, signature, hosts])).toEqual([
      ['failed', 'start exited 127', { count: 2, names: ['a2', 'a3'] }],
      ['failed', 'start exited 1', { count: 1, names: ['a1'] }],
      ['unreachable', 'refused', { count: 1, names: ['a4'] }],
    ])
  })

  it('calls untouched only what was never begun', () => {
    const retried: HostState = { phase: 'queued', attempt: 2 }
    const skipped: HostState = { phase: 'skipped', attempt: 1 }
    const report = look([ok, retried, queued, skipped, queued, working, bad])
    expect(report.untouched).toEqual({ count: 2, names: ['a3', 'b1'] })
    expect(report.skipped).toEqual({ count: 1, names: ['a4'] })
  })

  it('stays small however large the fleet and however many causes', () => {
    const large = planOf({ fleet: fleetOf({ a: 1_000 }) })
    const hosts = large.hosts.map((_, i): HostState => ({ ...bad, signature: `cause ${i % 200}` }))
    const cursor: RolloutCursor = { phase: 'halted', stage: 0, forgiven: { fleet: 0, stage: 0, zones: [0] } }
    const requestedBy = { via: 'terminal', id: '1', name: 'ada' } as const
    const report = reportRollout({ id: 'x', requestedBy, createdAt: 5, plan: large, cursor, hosts })
    expect(report.failures.length).toBeLessThanOrEqual(51)
    expect(report.failures.reduce((sum, each) => sum + each.hosts.count, 0)).toBe(1_000)
    expect(report.failures.every(({ hosts: { names } }) => names.length <= NAMES_SHOWN)).toBe(true)
  })
})

describe('nextSteps', () => {
  const none = { planned: 2, queued: 0, running: 0, succeeded: 2, failed: 0, unreachable: 0, unknown: 0, skipped: 0 }
  const some = { ...none, succeeded: 1, failed: 1 }
  const cases: [RolloutPhase, 'deploy' | 'rollback', typeof none, string][] = [
    ['running', 'deploy', none, 'watch halt rollback'],
    ['halting', 'deploy', some, 'watch rollback'],
    ['waiting', 'deploy', none, 'continue rollback abort'],
    ['baking', 'deploy', none, 'continue rollback abort'],
    ['halted', 'deploy', some, 'rollback log retry resume abort'],
    ['halted', 'deploy', none, 'resume rollback abort'],
    ['halted', 'rollback', some, 'log retry resume abort'],
    ['failed', 'deploy', some, 'log retry rollback'],
    ['failed', 'rollback', some, 'log retry'],
    ['succeeded', 'deploy', none, 'rollback'],
    ['succeeded', 'rollback', none, ''],
    ['superseded', 'deploy', some, ''],
  ]
  it.each(cases)('%s %s', (phase, kind, hosts, steps) => expect(nextSteps(phase, kind, hosts).join(' ')).toBe(steps))
})

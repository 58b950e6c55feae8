// The planner: which hosts, in which order, in which stages, with which budgets, and when there is no plan.

import { describe, expect, it } from 'vitest'
import type { HostKnowledge } from '../../src/core/fleet.ts'
import { makePlan } from '../../src/core/make-plan.ts'
import type { Plan } from '../../src/core/plan.ts'
import type { Amount } from '../../src/core/strategy.ts'
import { fleetOf, inputOf, planOf, sha256 } from '../support/plan-of.ts'

type Over = Parameters<typeof inputOf>[0]

const failed: HostKnowledge = { health: 'failed', release: 'r1' }
const unknown: HostKnowledge = { health: 'unknown', release: 'r1' }
const unreachable: HostKnowledge = { health: 'unreachable' }
const older: HostKnowledge = { health: 'healthy', release: 'r1' }
const current: HostKnowledge = { health: 'healthy', release: 'r2' }

function known(entries: Readonly<Record<string, HostKnowledge>>): Map<string, HostKnowledge> {
  return new Map(Object.entries(entries))
}

function count(n: number): Amount {
  return { kind: 'count', count: n }
}

function percent(n: number): Amount {
  return { kind: 'percent', percent: n }
}

/** The first stage's hosts in the order in which they go, zone by zone: `a1 a2 | b1`. */
function orderOf(plan: Plan): string {
  const names = (hosts: readonly number[]) => hosts.map((index) => plan.hosts[index]?.host.name).join(' ')
  return plan.stages[0]?.queues.map(({ hosts }) => names(hosts)).join(' | ') ?? 'no stage'
}

describe('order inside a stage', () => {
  it.each<[string, Over, string]>([
    ['the inventory order when nothing is known', {}, 'a1 a2 a3 | b1 b2 b3'],
    [
      'failed, then unknown and unreachable, then older and new',
      {
        fleet: fleetOf({ a: 6 }),
        lastKnown: known({ a1: older, a3: unreachable, a4: failed, a5: unknown, a6: failed }),
      },
      'a4 a6 a3 a5 a1 a2',
    ],
    [
      'hosts that are current are left alone',
      { lastKnown: known({ a1: current, b2: current, b3: failed }) },
      'a2 a3 | b3 b1',
    ],
    [
      'includeCurrent takes them last',
      { includeCurrent: true, lastKnown: known({ a1: current, b2: current, b3: failed }) },
      'a2 a3 a1 | b3 b1 b2',
    ],
    [
      'a host that failed at this very release is not current',
      { fleet: fleetOf({ a: 2 }), lastKnown: known({ a2: { health: 'failed', release: 'r2' } }) },
      'a2 a1',
    ],
    ['an empty zone takes no part', { fleet: fleetOf({ a: 0, b: 1 }) }, 'b1'],
  ])('%s', (_, over, layout) => {
    expect(orderOf(planOf(over))).toBe(layout)
  })

  it('says of each host whether it is down', () => {
    const plan = planOf({
      fleet: fleetOf({ a: 5 }),
      lastKnown: known({ a1: failed, a2: unknown, a3: unreachable, a4: older }),
    })
    expect(plan.hosts.map(({ host, rank, down }) => [host.name, rank, down])).toEqual([
      ['a1', 'failed', true],
      ['a2', 'unknown', true],
      ['a3', 'unknown', true],
      ['a4', 'older', false],
      ['a5', 'older', false],
    ])
  })
})

describe('shares', () => {
  it.each<[string, Amount[], number, number[]]>([
    ['counts', [count(2)], 10, [2]],
    ['percent of the stage, rounded up', [percent(25)], 10, [3]],
    ['at least one host', [percent(0)], 10, [1]],
    ['never more than the stage', [count(50)], 10, [10]],
    ['a ramp', [count(1), percent(10), percent(50)], 40, [1, 4, 20]],
    ['7% of 100 is 7, whatever floating point says', [percent(7)], 100, [7]],
  ])('batch: %s', (_, batch, hosts, batches) => {
    expect(planOf({ fleet: fleetOf({ a: hosts }), strategy: { batch } }).stages[0]?.batches).toEqual(batches)
  })

  it.each<[string, Amount, number, number]>([
    ['percent of the zone, rounded down', percent(25), 7, 1],
    ['at least one host', percent(10), 7, 1],
    ['a count', count(3), 7, 3],
    ['never more than the zone', count(9), 7, 7],
  ])('max_unavailable: %s', (_, maxUnavailable, size, expected) => {
    expect(planOf({ fleet: fleetOf({ a: size }), strategy: { maxUnavailable } }).zones[0]?.maxUnavailable).toBe(
      expected,
    )
  })

  it.each<[string, Amount, number, number]>([
    ['leaves what may be missing', count(4), 6, 2],
    ['percent is rounded up', percent(70), 6, 1],
    ['does not widen max_unavailable', count(0), 6, 3],
  ])('min_healthy: %s', (_, minHealthy, size, expected) => {
    const strategy = { minHealthy, maxUnavailable: count(3) }
    expect(planOf({ fleet: fleetOf({ a: size }), strategy }).zones[0]?.maxUnavailable).toBe(expected)
  })

  it('fixes the failure budgets over planned hosts, rounded down', () => {
    const plan = planOf({
      fleet: fleetOf({ a: 10, b: 5 }),
      lastKnown: known({ a1: current, a2: current, b1: current }),
      strategy: { maxFailures: { fleet: percent(10), zone: percent(30), stage: percent(50) } },
    })
    expect(plan.fleet).toEqual({ size: 15, planned: 12, maxFailures: 1 })
    expect(plan.zones.map(({ size, planned, maxFailures }) => [size, planned, maxFailures])).toEqual([
      [10, 8, 2],
      [5, 4, 1],
    ])
    expect(plan.stages.map(({ hosts, maxFailures }) => [hosts, maxFailures])).toEqual([[12, 6]])
  })

  it('has no budget where none was given', () => {
    const plan = planOf({ strategy: { maxFailures: {} } })
    expect([plan.fleet, ...plan.zones, ...plan.stages].every((each) => !('maxFailures' in each))).toBe(true)
  })

  it('counts what is down already, planned or not', () => {
    const plan = planOf({
      kind: 'rollback',
      touched: new Set(['a1']),
      lastKnown: known({ a1: failed, a2: failed, b1: unknown }),
    })
    expect(plan.zones.map(({ planned, alreadyDown }) => [planned, alreadyDown])).toEqual([
      [1, 2],
      [0, 1],
    ])
  })
})

describe('refusals', () => {
  it.each<[string, Over, object]>([
    ['no zone', { fleet: { zones: [] } }, { reason: 'no-hosts' }],
    ['only empty zones', { fleet: fleetOf({ a: 0 }) }, { reason: 'no-hosts' }],
    [
      'everything is current',
      { fleet: fleetOf({ a: 1 }), lastKnown: known({ a1: current }) },
      { reason: 'nothing-to-do', detail: { release: 'r2', hosts: 1 } },
    ],
    ['a rollback that touches nobody', { kind: 'rollback', touched: new Set<string>() }, { reason: 'nothing-to-do' }],
    [
      'min_healthy leaves no room',
      { fleet: fleetOf({ a: 3, b: 1 }), strategy: { minHealthy: count(1) } },
      { reason: 'no-room', detail: { zone: 'b', hosts: 1 } },
    ],
    ['min_healthy of 100%', { strategy: { minHealthy: percent(100) } }, { reason: 'no-room' }],
  ])('%s', (_, over, refusal) => {
    expect(makePlan(inputOf(over), sha256)).toMatchObject({ kind: 'refused', ...refusal })
  })

  it('does not refuse for a zone without planned hosts', () => {
    const over = { lastKnown: known({ b1: current, b2: current, b3: current }), fleet: fleetOf({ a: 3, b: 3 }) }
    const plan = makePlan(inputOf({ ...over, strategy: { minHealthy: count(2) } }), sha256)
    expect(plan.kind).toBe('deploy')
  })
})

describe('digest', () => {
  it('is the same for the same input, whatever the order of what is known', () => {
    const one = planOf({ lastKnown: known({ a1: failed, b1: older }) })
    const two = planOf({ lastKnown: known({ b1: older, a1: failed }) })
    expect(two).toEqual(one)
    expect(one.digest).toMatch(/^[0-9a-f]{64}$/)
  })

  it.each<[string, Over]>([
    ['a host', { fleet: fleetOf({ a: 3, b: 4 }) }],
    ['what is known', { lastKnown: known({ a1: failed }) }],
    ['a budget', { strategy: { maxFailures: { fleet: count(1) } } }],
    ['the kind', { kind: 'rollback' }],
    ['the recipe', { work: { ...inputOf({}).work, recipe: { scripts: { start: 'false' }, timeoutMs: 60_000 } } }],
    ['hosts left alone', { fleet: fleetOf({ a: 3, b: 3, c: 1 }), lastKnown: known({ c1: current }) }],
  ])('changes with %s', (_, over) => {
    expect(planOf(over).digest).not.toBe(planOf({}).digest)
  })
})

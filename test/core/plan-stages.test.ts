// How the planner lays hosts out in stages.

import { describe, expect, it } from 'vitest'
import type { HostKnowledge } from '../../src/core/fleet.ts'
import type { Plan, PlannedStage } from '../../src/core/plan.ts'
import type { Amount } from '../../src/core/strategy.ts'
import { fleetOf, type inputOf, planOf } from '../support/plan-of.ts'

type Over = Parameters<typeof inputOf>[0]

const failed: HostKnowledge = { health: 'failed', release: 'r1' }
const unknown: HostKnowledge = { health: 'unknown', release: 'r1' }
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

/** `a1 a2 | b1`: the queues of a stage, zone by zone. */
function queuesOf(plan: Plan, stage: PlannedStage | undefined): string {
  const names = (hosts: readonly number[]) => hosts.map((index) => plan.hosts[index]?.host.name).join(' ')
  return stage?.queues.map(({ hosts }) => names(hosts)).join(' | ') ?? 'no stage'
}

/** `canary: a1; fleet: a2 | b1` */
function layoutOf(plan: Plan): string {
  return plan.stages.map((stage) => `${stage.name}: ${queuesOf(plan, stage)}`).join('; ')
}

describe('stages of a deploy', () => {
  const wait = { kind: 'wait' } as const
  const bake = (ms: number) => ({ kind: 'bake', ms }) as const
  const canary = (hosts: Amount) => ({ hosts, after: bake(600_000) })

  it.each<[string, Over, string]>([
    ['striped is one stage', { strategy: { order: 'striped' } }, 'fleet: a1 a2 a3 | b1 b2 b3'],
    ['zone-by-zone is one a zone', { strategy: { order: 'zone-by-zone' } }, 'a: a1 a2 a3; b: b1 b2 b3'],
    [
      'a zone whose hosts are all current has no stage',
      { strategy: { order: 'zone-by-zone' }, lastKnown: known({ a1: current, a2: current, a3: current }) },
      'b: b1 b2 b3',
    ],
    [
      'a striped canary takes the zones in turn',
      { strategy: { canary: canary(count(3)) } },
      'canary: a1 a2 | b1; fleet: a3 | b2 b3',
    ],
    [
      'a zone-by-zone canary is of the first zones',
      { strategy: { order: 'zone-by-zone', canary: canary(count(4)) } },
      'canary: a1 a2 a3 | b1; b: b2 b3',
    ],
    [
      'a canary is taken from hosts in service',
      {
        lastKnown: known({ a1: failed, a2: unknown }),
        strategy: { canary: canary(count(2)), maxUnavailable: count(3) },
      },
      'canary: a3 | b1; fleet: a1 a2 | b2 b3',
    ],
    [
      'and from zones that may lose one more, else it could never start',
      {
        fleet: fleetOf({ a: 3, b: 3 }),
        lastKnown: known({ a2: failed }),
        strategy: { canary: canary(count(1)), maxUnavailable: count(1) },
      },
      'canary: b1; fleet: a2 a1 a3 | b2 b3',
    ],
    [
      'unless there is no such zone',
      {
        fleet: fleetOf({ a: 2 }),
        lastKnown: known({ a2: failed }),
        strategy: { canary: canary(count(1)), maxUnavailable: count(1) },
      },
      'canary: a1; fleet: a2',
    ],
    [
      'a fleet without any in service has a canary all the same',
      {
        fleet: fleetOf({ a: 2 }),
        lastKnown: known({ a1: failed, a2: failed }),
        strategy: { canary: canary(count(1)) },
      },
      'canary: a1; fleet: a2',
    ],
    [
      'a canary of everything leaves no other stage',
      { strategy: { canary: canary(percent(100)) } },
      'canary: a1 a2 a3 | b1 b2 b3',
    ],
    [
      'a canary share is rounded up',
      { strategy: { canary: canary(percent(17)) } },
      'canary: a1 | b1; fleet: a2 a3 | b2 b3',
    ],
    [
      'a canary is at least one host',
      { strategy: { canary: canary(percent(0)) } },
      'canary: a1; fleet: a2 a3 | b1 b2 b3',
    ],
  ])('%s', (_, over, layout) => {
    expect(layoutOf(planOf(over))).toBe(layout)
  })

  it.each<[string, Over, string[]]>([
    ['one stage continues', { strategy: { betweenZones: wait } }, ['continue']],
    [
      'between zones, not after the last',
      { strategy: { order: 'zone-by-zone', betweenZones: wait } },
      ['wait', 'continue'],
    ],
    [
      'the first zone may differ',
      {
        fleet: fleetOf({ a: 1, b: 1, c: 1 }),
        strategy: { order: 'zone-by-zone', betweenZones: wait, afterFirstZone: bake(9) },
      },
      ['bake', 'wait', 'continue'],
    ],
    [
      'the canary has its own, and the first zone still is the first',
      {
        fleet: fleetOf({ a: 2, b: 1 }),
        strategy: {
          order: 'zone-by-zone',
          canary: canary(count(1)),
          betweenZones: { kind: 'continue' },
          afterFirstZone: wait,
        },
      },
      ['bake', 'wait', 'continue'],
    ],
    ['a canary that is the last stage continues', { strategy: { canary: canary(percent(100)) } }, ['continue']],
  ])('after each: %s', (_, over, afters) => {
    expect(planOf(over).stages.map((stage) => stage.after.kind)).toEqual(afters)
  })

  it('tolerates no failure among canaries, and runs them together', () => {
    const plan = planOf({ strategy: { canary: canary(count(2)), batch: [count(1)], maxFailures: { stage: count(3) } } })
    expect(plan.stages.map(({ kind, maxFailures, batches }) => ({ kind, maxFailures, batches }))).toEqual([
      { kind: 'canary', maxFailures: 0, batches: [2] },
      { kind: 'striped', maxFailures: 3, batches: [1] },
    ])
  })
})

describe('stages of a rollback', () => {
  const rollback: Over = { kind: 'rollback', lastKnown: known({ a2: failed, a3: unknown, b3: failed, b1: current }) }

  it.each<[string, Over, string]>([
    [
      'failed hosts of all zones first, then unknown, then the rest',
      rollback,
      'failed hosts: a2 | b3; the rest: a3 a1 | b2',
    ],
    ['without failed hosts there is one stage', { ...rollback, lastKnown: known({}) }, 'the rest: a1 a2 a3 | b1 b2 b3'],
    ['only failed hosts', { ...rollback, touched: new Set(['a2']) }, 'failed hosts: a2'],
    [
      'only hosts that the bad release touched',
      { ...rollback, touched: new Set(['a1', 'a2']) },
      'failed hosts: a2; the rest: a1',
    ],
    [
      'zone-by-zone, canaries and waits are for the way forward',
      {
        ...rollback,
        strategy: {
          order: 'zone-by-zone',
          betweenZones: { kind: 'wait' },
          canary: { hosts: count(1), after: { kind: 'wait' } },
        },
      },
      'failed hosts: a2 | b3; the rest: a3 a1 | b2',
    ],
  ])('%s', (_, over, layout) => {
    const plan = planOf(over)
    expect(layoutOf(plan)).toBe(layout)
    expect(plan.stages.every((stage) => stage.after.kind === 'continue' && !stage.barrier)).toBe(true)
  })

  it('spends nothing on hosts that failed already, and takes the last step of a ramp for the rest', () => {
    const plan = planOf({
      ...rollback,
      strategy: { batch: [count(1), count(2)], maxFailures: { fleet: count(1) }, barrier: true },
    })
    expect(plan.stages.map(({ kind, spends, batches, maxFailures }) => [kind, spends, batches, maxFailures])).toEqual([
      ['failed-first', false, [2], undefined],
      ['striped', true, [2], undefined],
    ])
    expect(plan.fleet.maxFailures).toBe(1)
  })

  it('says why the others are left alone', () => {
    const plan = planOf({ ...rollback, touched: new Set(['a1', 'b1', 'b2']) })
    expect(plan.left.map(({ host, zone, why }) => [host.name, zone, why])).toEqual([
      ['a2', 0, 'untouched'],
      ['a3', 0, 'untouched'],
      ['b1', 1, 'current'],
      ['b3', 1, 'untouched'],
    ])
  })

  it('may always take one host beyond those already down', () => {
    const strategy = { maxUnavailable: count(1), minHealthy: percent(100) }
    expect(planOf({ ...rollback, strategy }).zones.map((zone) => zone.maxUnavailable)).toEqual([3, 2])
  })
})

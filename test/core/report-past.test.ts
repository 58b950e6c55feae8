// What ran where: now, then, and against what a host says itself.

import { describe, expect, it } from 'vitest'
import { driftOf, type Reading } from '../../src/core/report-drift.ts'
import { asOf, type Ran, whereabouts } from '../../src/core/report-past.ts'
import { reportPlan } from '../../src/core/report-plan.ts'
import { fleetOf, planOf } from '../support/plan-of.ts'

const ran: Ran[] = [
  { name: 'b1', zone: 'b', release: 'r1', from: 10, to: 20 },
  { name: 'a1', zone: 'a', release: 'r1', from: 10, to: 20 },
  { name: 'a1', zone: 'a', release: 'r2', from: 20 },
]

describe('asOf', () => {
  const cases: [number, string[]][] = [
    [9, []],
    [10, ['a1 r1', 'b1 r1']],
    [19, ['a1 r1', 'b1 r1']],
    [20, ['a1 r2']],
    [1_000, ['a1 r2']],
  ]
  it.each(cases)('at %i', (at, hosts) =>
    expect(asOf(ran, at).map(({ name, release }) => `${name} ${release}`)).toEqual(hosts),
  )
})

describe('whereabouts', () => {
  it('tells hosts that run it from those that ran it', () => {
    const place = { application: 'shop', environment: 'prod' }
    const found = whereabouts([
      { ...place, name: 'a1', zone: 'a', release: 'r1', from: 10, to: 20 },
      { ...place, name: 'a2', zone: 'a', release: 'r1', from: 12, to: 20 },
      { ...place, name: 'a2', zone: 'a', release: 'r1', from: 30 },
      { ...place, environment: 'staging', name: 's1', zone: 's', release: 'r1', from: 50, to: 60 },
    ])
    expect(found).toEqual([
      { ...place, release: 'r1', now: { count: 1, names: ['a2'] }, before: { count: 1, names: ['a1'] }, first: 10 },
      {
        ...place,
        environment: 'staging',
        release: 'r1',
        now: { count: 0, names: [] },
        before: { count: 1, names: ['s1'] },
        first: 50,
        last: 60,
      },
    ])
  })
})

describe('driftOf', () => {
  const read = (over: object): Reading => ({ kind: 'read', ...over })
  const cases: [string | undefined, Reading, string | undefined][] = [
    ['r1', read({ installed: 'r1', current: 'r1' }), undefined],
    [undefined, read({}), undefined],
    ['r1', { kind: 'unreachable', signature: 'x' }, undefined],
    ['r1', read({ installed: 'r2', current: 'r2' }), 'other-release'],
    ['r1', read({}), 'other-release'],
    [undefined, read({ installed: 'r1' }), 'other-release'],
    ['r1', read({ installed: 'r1', current: 'r0' }), 'torn'],
    ['r1', read({ installed: 'r1', current: 'r0', live: 'x' }), 'busy'],
  ]
  it.each(cases)('%s against %o is %s', (recorded, reading, kind) =>
    expect(driftOf(recorded, reading)?.kind).toBe(kind),
  )
})

describe('reportPlan', () => {
  it('says why each host goes and which are left alone', () => {
    const plan = planOf({
      fleet: fleetOf({ a: 3, b: 2 }),
      lastKnown: new Map([
        ['a1', { health: 'healthy', release: 'r2' }],
        ['a2', { health: 'failed', release: 'r1' }],
        ['b1', { health: 'unreachable' }],
      ]),
    })
    const report = reportPlan(plan)
    expect(report.zones.map(({ name, why, left }) => [name, why, left])).toEqual([
      ['a', { failed: 1, unknown: 0, older: 1, current: 0 }, { current: 1, untouched: 0 }],
      ['b', { failed: 0, unknown: 1, older: 1, current: 0 }, { current: 0, untouched: 0 }],
    ])
    expect(report.stages[0]?.zones).toEqual([
      { zone: 'a', hosts: ['a2', 'a3'] },
      { zone: 'b', hosts: ['b1', 'b2'] },
    ])
    expect(report.digest).toBe(plan.digest)
  })
})

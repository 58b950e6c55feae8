// Who runs next: batches and windows, every zone's budget, the urgent first, zones in balance. Told as stories: one letter a
// host (`.` queued, `r` running, `+` succeeded, `x` failed, `u` unreachable, `?` unknown, `-` skipped), a digit for its attempt.

import { describe, expect, it } from 'vitest'
import type { HostKnowledge } from '../../src/core/fleet.ts'
import type { Plan } from '../../src/core/plan.ts'
import { fleetOf, planOf } from '../support/plan-of.ts'
import { play, story } from '../support/rollout-script.ts'

type Lines = readonly (readonly [line: string, words: string])[]

function check(plan: Plan, lines: Lines): void {
  expect(story(plan, lines)).toEqual(lines.map(([, words]) => words))
}

const count = (n: number) => ({ kind: 'count', count: n }) as const
const any = { fleet: count(99) } as const
const failed: HostKnowledge = { health: 'failed' }
const unknown: HostKnowledge = { health: 'unknown' }

describe('batches', () => {
  it('a rolling window starts the next host as soon as one has ended', () => {
    check(planOf({ fleet: fleetOf({ a: 4 }), strategy: { batch: [count(2)] } }), [
      ['open', 'running rr.. run a1, run a2'],
      ['a2 ok', 'running r+r. run a3'],
      ['a1 ok', 'running ++rr run a4'],
    ])
  })

  it('a barrier waits for the whole batch', () => {
    check(planOf({ fleet: fleetOf({ a: 5 }), strategy: { batch: [count(2)], barrier: true } }), [
      ['open', 'running rr... run a1, run a2'],
      ['a2 ok', 'running r+...'],
      ['a1 ok', 'running ++rr. run a3, run a4'],
      ['a3 ok', 'running +++r.'],
      ['a4 ok', 'running ++++r run a5'],
    ])
  })

  it('a barrier is passed by failures too', () => {
    check(planOf({ fleet: fleetOf({ a: 4 }), strategy: { batch: [count(2)], barrier: true, maxFailures: any } }), [
      ['open', 'running rr.. run a1, run a2'],
      ['a1 unknown', 'running ?r..'],
      ['a2 failed', 'running ?xrr run a3, run a4'],
    ])
  })

  it('a ramp grows with what is settled, and its last step stays', () => {
    check(planOf({ fleet: fleetOf({ a: 7 }), strategy: { batch: [count(1), count(3)] } }), [
      ['open', 'running r...... run a1'],
      ['a1 ok', 'running +rrr... run a2, run a3, run a4'],
      ['a2 ok', 'running ++rrr.. run a5'],
      ['a3 ok', 'running +++rrr. run a6'],
      ['a4 ok', 'running ++++rrr run a7'],
    ])
  })

  it('a ramp with barriers', () => {
    check(planOf({ fleet: fleetOf({ a: 5 }), strategy: { batch: [count(1), count(3)], barrier: true } }), [
      ['open', 'running r.... run a1'],
      ['a1 ok', 'running +rrr. run a2, run a3, run a4'],
      ['a2 ok', 'running ++rr.'],
      ['a4 ok', 'running ++r+.'],
      ['a3 ok', 'running ++++r run a5'],
    ])
  })

  it('a host that was skipped before its turn takes a place in the batch', () => {
    check(planOf({ fleet: fleetOf({ a: 4 }), strategy: { batch: [count(2)], barrier: true } }), [
      ['open', 'running rr.. run a1, run a2'],
      ['skip a3', 'running rr-. yes'],
      ['a1 ok', 'running +r-r run a4'],
      ['a2 ok', 'running ++-r'],
    ])
  })
})

describe('availability', () => {
  const one = { maxUnavailable: count(1), maxFailures: any }

  it('no host in service is taken beyond a zone’s budget, and zones do not share', () => {
    check(planOf({ fleet: fleetOf({ a: 2, b: 2 }), strategy: one }), [
      ['open', 'running r.r. run a1, run b1'],
      ['a1 ok', 'running +rr. run a2'],
      ['b1 failed', 'running +rx.'],
      ['a2 ok', 'halted ++x.'],
    ])
  })

  it('hosts that were down already are run whatever the budget, and give room back', () => {
    const lastKnown = new Map([
      ['a2', failed],
      ['a3', unknown],
    ])
    check(planOf({ fleet: fleetOf({ a: 4 }), lastKnown, strategy: one }), [
      ['open', 'running .rr. run a2, run a3'],
      ['a2 ok', 'running .+r.'],
      ['a3 ok', 'running r++. run a1'],
      ['a1 ok', 'running +++r run a4'],
    ])
  })

  it('a host given back is in service again, one that failed an attempt is not', () => {
    check(planOf({ fleet: fleetOf({ a: 2 }), strategy: one }), [
      ['open', 'running r. run a1'],
      ['halt', 'halting r. yes, withdraw'],
      ['a1 given back', 'halted ..'],
      ['resume', 'running r. yes, run a1'],
      ['a1 failed', 'halted x.'],
      ['retry', 'running r2. yes, run a1#2'],
    ])
  })

  it('a skipped host gives its room back', () => {
    check(planOf({ fleet: fleetOf({ a: 2 }), strategy: one }), [
      ['open', 'running r. run a1'],
      ['a1 unreachable', 'halted u.'],
      ['skip a1', 'halted -. yes'],
      ['resume', 'running -r yes, run a2'],
    ])
  })

  it('says which zone has no room, and how much is down there', () => {
    const plan = planOf({ fleet: fleetOf({ a: 1, b: 2 }), strategy: { ...one, order: 'zone-by-zone' } })
    const { state } = play(plan, ['open', 'a1 ok', 'b1 failed'])
    expect(state.cursor).toMatchObject({ phase: 'halted', halt: { kind: 'no-room', zone: 'b', down: 1, budget: 1 } })
  })
})

describe('order', () => {
  it('the failed of all zones, then the unknown of all, then the others, in balance', () => {
    const lastKnown = new Map([
      ['b3', failed],
      ['a2', unknown],
      ['c1', failed],
    ])
    const plan = planOf({ fleet: fleetOf({ a: 2, b: 3, c: 1 }), lastKnown, strategy: { batch: [count(1)] } })
    check(plan, [
      ['open', 'running ....r. run b3'],
      ['b3 ok', 'running ....+r run c1'],
      ['c1 ok', 'running .r..++ run a2'],
      ['a2 ok', 'running r+..++ run a1'],
      ['a1 ok', 'running ++r.++ run b1'],
    ])
  })

  it('zones get equal shares of what is in flight', () => {
    check(planOf({ fleet: fleetOf({ a: 4, b: 4 }), strategy: { batch: [count(4)] } }), [
      ['open', 'running rr..rr.. run a1, run b1, run a2, run b2'],
      ['b1 ok', 'running rr..+rr. run b3'],
      ['a1 ok', 'running +rr.+rr. run a3'],
      ['a2 ok', 'running ++rr+rr. run a4'],
    ])
  })

  it('with fewer in flight than zones they take turns', () => {
    check(planOf({ fleet: fleetOf({ a: 2, b: 2, c: 1 }), strategy: { batch: [count(1)] } }), [
      ['open', 'running r.... run a1'],
      ['a1 ok', 'running +.r.. run b1'],
      ['b1 ok', 'running +.+.r run c1'],
      ['c1 ok', 'running +r+.+ run a2'],
      ['a2 ok', 'running +++r+ run b2'],
    ])
  })

  it('an attempt after a failure goes before everything else, also after a crash', () => {
    const plan = planOf({ fleet: fleetOf({ a: 3 }), strategy: { batch: [count(1)], maxUnavailable: count(1) } })
    const before: Lines = [
      ['open', 'running r.. run a1'],
      ['a1 ok', 'running +r. run a2'],
      ['halt', 'halting +r. yes, withdraw'],
      ['a2 failed', 'halted +x.'],
    ]
    check(plan, [...before, ['retry', 'running +r2. yes, run a2#2']])
    check(plan, [...before, ['crash', 'halted +x.'], ['retry', 'running +r2. yes, run a2#2']])
  })

  it('a retried host of this stage is not hidden by an untouched one after a crash', () => {
    // a1 in front was given back; a3 failed and waits for room in the batch when the process dies.
    const plan = planOf({
      fleet: fleetOf({ a: 3, b: 1 }),
      strategy: { batch: [count(3)], maxUnavailable: count(2), maxFailures: any },
    })
    const before: Lines = [
      ['open', 'running rr.r run a1, run b1, run a2'],
      ['halt', 'halting rr.r yes, withdraw'],
      ['a1 given back', 'halting .r.r'],
      ['a2 failed', 'halting .x.r'],
      ['b1 given back', 'halted .x..'],
      ['retry', 'running rr2.r yes, run a2#2, run b1, run a1'],
    ]
    check(plan, before)
    check(plan, [...before, ['crash', 'running rr2.r run a1, run a2#2, run b1']])
  })

  it('a queued host of an earlier stage goes with the current one', () => {
    const plan = planOf({
      fleet: fleetOf({ a: 1, b: 2 }),
      strategy: { order: 'zone-by-zone', batch: [count(1)], maxFailures: any },
    })
    check(plan, [
      ['open', 'running r.. run a1'],
      ['a1 unknown', 'running ?r. run b1'],
      ['a1 absent', 'running .r.'],
      ['b1 ok', 'running r+. run a1'],
      ['a1 ok', 'running ++r run b2'],
    ])
  })
})

// Changes of a rollout page: whoever applies each of them in order sees what whoever looks anew sees.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyChange, openMovingPage } from '../../src/core/report-rollout-change.ts'
import type { HostState, RolloutCursor } from '../../src/core/rollout.ts'
import { fleetOf, planOf } from '../support/plan-of.ts'

const plan = planOf({ fleet: fleetOf({ a: 4, b: 3 }) })
const cursor: RolloutCursor = { phase: 'running', stage: 0, forgiven: { fleet: 0, stage: 0, zones: [0, 0] } }
const base = { id: 'x', requestedBy: { via: 'terminal', id: '1', name: 'ada' }, createdAt: 5, plan, cursor } as const
const queued: HostState = { phase: 'queued', attempt: 1 }
const start = plan.hosts.map(() => queued)

const state: fc.Arbitrary<HostState> = fc.record(
  {
    phase: fc.constantFrom('queued', 'running', 'succeeded', 'failed', 'unreachable'),
    attempt: fc.integer({ min: 1, max: 3 }),
    step: fc.constantFrom('fetch', 'start'),
    signature: fc.constantFrom('refused', 'start exited 1', '<b>'),
    startedAt: fc.integer({ min: 0, max: 99 }),
  },
  { requiredKeys: ['phase', 'attempt'] },
)
const fleet = fc.array(state, { minLength: plan.hosts.length, maxLength: plan.hosts.length })
const phase = fc.constantFrom('running', 'halting', 'halted')

describe('a moving page', () => {
  it('tells changes that lead to what is there', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(phase, fleet), { maxLength: 8 }), (moves) => {
        const moving = openMovingPage({ ...base, hosts: start })
        let seen = moving.page()
        for (const [now, hosts] of moves) {
          const change = moving.move({ ...base, cursor: { ...cursor, phase: now }, hosts })
          if (change) seen = applyChange(seen, change)
          expect(seen).toEqual(moving.page())
        }
      }),
    )
  })

  it('says nothing when nothing changed, and no more than what changed', () => {
    const moving = openMovingPage({ ...base, hosts: start })
    expect(moving.move({ ...base, hosts: start.map((host) => ({ ...host })) })).toBeUndefined()
    const hosts = start.with(2, { phase: 'failed', attempt: 1, step: 'start', signature: 'start exited 1' })
    expect(moving.move({ ...base, hosts })).toMatchObject({
      hosts: [[2, 'failed', 1, 'start', 0]],
      signatures: ['start exited 1'],
    })
    expect(moving.move({ ...base, hosts, cursor: { ...cursor, phase: 'halting' } })).toMatchObject({
      hosts: [],
      signatures: [],
      report: { phase: 'halting' },
    })
  })
})

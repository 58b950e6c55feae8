// A rollout in each of its phases, and one event of each kind: what tests of the state machine start from.

import type { Ask, Person } from '../../src/core/intent.ts'
import type { HostPhase, HostState, RolloutCursor, RolloutEvent, RolloutPhase } from '../../src/core/rollout.ts'
import { openRollout, type RolloutState } from '../../src/core/rollout-state.ts'
import { fleetOf, planOf } from './plan-of.ts'

export const AT = 1_000

/** Zones a and b of two hosts each, one host at a time, no failure tolerated. Where a phase allows it, a1 has an open run. */
const HOSTS: Readonly<Record<RolloutPhase, readonly HostPhase[]>> = {
  unapproved: ['queued', 'queued', 'queued', 'queued'],
  gated: ['queued', 'queued', 'queued', 'queued'],
  running: ['running', 'queued', 'queued', 'queued'],
  baking: ['unknown', 'succeeded', 'queued', 'queued'],
  waiting: ['unknown', 'succeeded', 'queued', 'queued'],
  halting: ['running', 'failed', 'queued', 'queued'],
  halted: ['unknown', 'failed', 'queued', 'queued'],
  succeeded: ['succeeded', 'succeeded', 'succeeded', 'succeeded'],
  failed: ['unknown', 'succeeded', 'failed', 'succeeded'],
  aborted: ['unknown', 'failed', 'queued', 'queued'],
  superseded: ['unknown', 'failed', 'queued', 'queued'],
}

export function stateIn(phase: RolloutPhase): RolloutState {
  const plan = planOf({
    fleet: fleetOf({ a: 2, b: 2 }),
    strategy: {
      order: 'zone-by-zone',
      batch: [{ kind: 'count', count: 1 }],
      betweenZones: phase === 'baking' ? { kind: 'bake', ms: 60_000 } : { kind: 'wait' },
    },
  })
  const hosts = HOSTS[phase].map((host): HostState => ({ phase: host, attempt: 1 }))
  const unwell = HOSTS[phase].filter((host) => host === 'unknown' || host === 'failed').length
  const resumed = phase === 'baking' || phase === 'waiting'
  const cursor: RolloutCursor = {
    phase,
    stage: phase === 'succeeded' || phase === 'failed' ? 1 : 0,
    forgiven: { fleet: resumed ? unwell : 0, stage: resumed ? unwell : 0, zones: [resumed ? unwell : 0, 0] },
    ...(phase === 'halting' && { haltingTo: 'halted', halt: { kind: 'asked', by: 'ada' } }),
    ...(phase === 'halted' && { halt: { kind: 'asked', by: 'ada' } }),
    ...(phase === 'baking' && { bakeUntil: 61_000 }),
    ...(phase === 'unapproved' && { approvals: { required: 1, requester: BOB, authors: [], given: [] } }),
  }
  return openRollout(plan, cursor, hosts)
}

export const host = { host: 0, attempt: 1, at: AT } as const
export const ADA: Person = { via: 'github', id: '1', name: 'ada' }
export const BOB: Person = { via: 'github', id: '2', name: 'bob' }
export const ask = (one: Ask): RolloutEvent => ({ kind: 'asked', id: 'q', by: ADA, ask: one, at: AT })

export const EVENTS = {
  'gates-opened': { kind: 'gates-opened', at: AT },
  'bake-ended': { kind: 'bake-ended', stage: 0, dueAt: 61_000, at: AT },
  'host-step': { ...host, kind: 'host-step', step: 'start' },
  'host-succeeded': { ...host, kind: 'host-succeeded', installed: 'r2' },
  'host-failed': { ...host, kind: 'host-failed', step: 'start', signature: 'start exited 1' },
  'host-unreachable': { ...host, kind: 'host-unreachable', signature: 'refused' },
  'host-unknown': { ...host, kind: 'host-unknown', signature: 'cut' },
  'host-withdrawn': { ...host, kind: 'host-withdrawn', absent: false },
  'host-withdrawn (absent)': { ...host, kind: 'host-withdrawn', absent: true },
  halt: ask({ kind: 'halt' }),
  resume: ask({ kind: 'resume' }),
  continue: ask({ kind: 'continue' }),
  retry: ask({ kind: 'retry' }),
  abort: ask({ kind: 'abort' }),
  approve: ask({ kind: 'approve' }),
  'skip b1': ask({ kind: 'skip', hostName: 'b1' }),
} satisfies Record<string, RolloutEvent>

// Rollouts and commits for tests of stores, each in an environment of its own, so that one store serves a whole suite.

import { createHash, randomUUID } from 'node:crypto'
import type { HostWork } from '../../src/core/recipe.ts'
import type { RolloutCursor, RolloutPhase } from '../../src/core/rollout.ts'
import type { Commit, HostRelease, NewRollout, Store, TrailEntry } from '../../src/engine/ports.ts'
import { fleetOf, planOf, workOf } from './plan-of.ts'

export type Over = Partial<Omit<NewRollout, 'cursor'>> & {
  phase?: RolloutPhase
  hosts?: number
  work?: Partial<HostWork>
}

export const somebody = { via: 'terminal', id: '1000', name: 'ada' } as const

export function cursorOf(phase: RolloutPhase): RolloutCursor {
  return { phase, stage: 0, forgiven: { fleet: 0, stage: 0, zones: [0] } }
}

/** Unique names: a store outlives a test. */
export function place(): { application: string; environment: string } {
  return { application: `shop-${randomUUID().slice(0, 8)}`, environment: 'production' }
}

export function rolloutOf({ phase = 'gated', hosts = 3, work, ...over }: Over = {}): NewRollout {
  const fresh = place()
  const where = {
    application: over.application ?? fresh.application,
    environment: over.environment ?? fresh.environment,
  }
  const release = over.releaseId ?? 'r2'
  const plan = planOf({ fleet: fleetOf({ a: hosts }), work: { ...workOf(release), ...where, ...work } })
  return {
    id: randomUUID(),
    kind: 'deploy',
    ...where,
    releaseId: release,
    plan,
    cursor: cursorOf(phase),
    requestedBy: somebody,
    createdAt: 1_000,
    trail: { seq: 1, hash: 'first' },
    ...over,
  }
}

export const firstEntry: TrailEntry = { seq: 1, at: 1_000, kind: 'created', body: {}, previous: '', hash: 'first' }

/** A commit that changes nothing but what is given. */
export function commitOf(rollout: string, epoch: number, over: Partial<Commit> = {}): Commit {
  return {
    rollout,
    epoch,
    cursor: cursorOf('running'),
    hosts: [],
    trail: [],
    logs: [],
    records: [],
    releases: { closed: [], opened: [] },
    answers: [],
    ...over,
  }
}

/** Creates a rollout and takes it over: what is left to do is commit. */
export async function driven(store: Store, over: Over = {}): Promise<{ rollout: NewRollout; epoch: number }> {
  const rollout = rolloutOf(over)
  const created = await store.create(rollout, [firstEntry])
  if (created.kind !== 'created') throw new Error('the environment is busy')
  const taken = await store.takeOver(rollout.id)
  if (!taken) throw new Error('there is no such rollout')
  return { rollout, epoch: taken.record.epoch }
}

export function releaseOf(over: Partial<HostRelease> = {}): HostRelease {
  return { name: 'a1', zone: 'a', release: 'r2', rollout: 'none', from: 100, ...over }
}

export function entryAfter({ seq, hash }: { seq: number; hash: string }, body: unknown): TrailEntry {
  const next = createHash('sha256')
    .update(`${hash}${JSON.stringify(body)}`)
    .digest('hex')
  return { seq: seq + 1, at: 2_000, kind: 'fact', body, previous: hash, hash: next }
}

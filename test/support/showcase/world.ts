// A made-up company with something of everything that pages show: a halted rollout, a running one, a waiting one, a large fleet,
// locks, a past. The same every time.

import type { Person } from '../../../src/core/intent.ts'
import type { HostState } from '../../../src/core/rollout.ts'
import type { Strategy } from '../../../src/core/strategy.ts'
import type { Store } from '../../../src/engine/ports.ts'
import { type MadeUp, seed } from './rollouts.ts'

export const ADA: Person = { via: 'github', id: '42', name: 'ada' }
export const LIN: Person = { via: 'github', id: '7', name: 'lin', door: 'slack' }
export const NOW = Date.UTC(2026, 10, 21, 3, 12, 0)

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const ZONES = { 'us-east-1a': 40, 'us-east-1b': 40, 'eu-west-1a': 40 }
const HALTED_STRATEGY: Partial<Strategy> = {
  canary: { hosts: { kind: 'count', count: 1 }, after: { kind: 'bake', ms: 10 * MINUTE } },
  batch: [{ kind: 'percent', percent: 25 }],
  maxUnavailable: { kind: 'percent', percent: 25 },
  maxFailures: { zone: { kind: 'count', count: 6 }, fleet: { kind: 'count', count: 7 } },
}

const NOT_FOUND = 'start exited 127: node: not found'
const NO_ROUTE = 'connect: no answer in 10 s'

export async function seedWorld(store: Store): Promise<void> {
  const front = { application: 'storefront', by: ADA, zones: ZONES, strategy: HALTED_STRATEGY }
  const production = { ...front, environment: 'production' }
  await seed(store, { ...production, ...ended('v1.4.0', 9 * DAY, 'rollout-1') })
  await seed(store, { ...production, ...ended('v1.4.1', 3 * DAY, 'rollout-2') })
  await seed(store, {
    ...production,
    id: 'rollout-3',
    release: 'v1.4.2',
    at: NOW - 4 * MINUTE,
    reason: 'the fix for checkout',
    cursor: { phase: 'halted', stage: 1, halt: { kind: 'fleet-budget', failed: 8, budget: 7, of: 120 } },
    hostOf: halted,
    logs,
  })
  await seed(store, {
    ...front,
    environment: 'staging',
    zones: { 'eu-1a': 12, 'eu-1b': 12 },
    id: 'rollout-4',
    release: 'v1.5.0-rc.1',
    by: LIN,
    at: NOW - MINUTE,
    cursor: { phase: 'running', stage: 1 },
    hostOf: running,
  })
  await seed(store, {
    application: 'billing',
    environment: 'production',
    by: LIN,
    zones: { a: 6, b: 6 },
    strategy: { order: 'zone-by-zone', betweenZones: { kind: 'wait' } },
    id: 'rollout-5',
    release: '2026.11.20',
    at: NOW - 30 * MINUTE,
    cursor: { phase: 'waiting', stage: 0 },
    hostOf: (name) => (name.endsWith('.a') ? well(NOW - 29 * MINUTE) : { phase: 'queued', attempt: 1 }),
  })
  await seed(store, {
    application: 'billing',
    environment: 'staging',
    by: LIN,
    zones: { a: 2 },
    approvals: { required: 2, from: [{ kind: 'team', organization: 'acme', slug: 'sre' }], notAuthor: true },
    id: 'rollout-7',
    release: '2026.11.21',
    at: NOW - 5 * MINUTE,
    cursor: { phase: 'unapproved', stage: 0, approvals: { required: 2, requester: LIN, authors: [], given: [] } },
    hostOf: () => ({ phase: 'queued', attempt: 1 }),
  })
  await seed(store, large('rollout-6', 5_000))
  const billing = { application: 'billing', environment: 'production' }
  await store.changeLock(billing, { by: LIN, verb: 'lock', reason: 'moving the database', forMs: 2 * 60 * MINUTE })
  await store.changeLock(
    { application: 'storefront', environment: 'staging' },
    { by: ADA, verb: 'unlock', steal: false },
  )
  await store.note({
    person: LIN,
    verb: 'halt',
    application: 'storefront',
    environment: 'production',
    outcome: { kind: 'refused', reason: 'not-allowed' },
    rollout: 'rollout-3',
  })
}

/** A running rollout over many hosts. */
export function large(id: string, hosts: number): MadeUp {
  const zones = Object.fromEntries(['eu-1a', 'eu-1b', 'us-1a', 'us-1b'].map((zone) => [zone, hosts / 4]))
  return {
    id,
    application: 'edge',
    environment: 'production',
    release: 'r812',
    by: ADA,
    zones,
    strategy: { ...HALTED_STRATEGY, maxFailures: { fleet: { kind: 'percent', percent: 1 } } },
    at: NOW - 20 * MINUTE,
    cursor: { phase: 'running', stage: 1 },
    hostOf: (_, index) => spread(index, hosts),
  }
}

function spread(index: number, hosts: number): HostState {
  const at = NOW - 20 * MINUTE
  if (index > hosts * 0.6) return { phase: 'queued', attempt: 1 }
  if (index > hosts * 0.55) return { phase: 'running', attempt: 1, step: 'start', startedAt: NOW - 20_000 }
  if (index % 211 === 7)
    return {
      phase: 'failed',
      attempt: 1,
      step: 'validate',
      signature: 'validate: status 502, wanted 200',
      startedAt: at,
      finishedAt: at + 9_000,
    }
  return well(at + index * 100)
}

function well(at: number): HostState {
  return { phase: 'succeeded', attempt: 1, installed: 'r', startedAt: at, finishedAt: at + 12_000 }
}

function ended(release: string, agoMs: number, id: string) {
  const at = NOW - agoMs
  return {
    id,
    release,
    at,
    finishedAt: at + 11 * MINUTE,
    cursor: { phase: 'succeeded' as const },
    hostOf: () => well(at + 20_000),
  }
}

function halted(name: string, index: number): HostState {
  const at = NOW - 4 * MINUTE
  if (index > 70) return { phase: 'queued', attempt: 1 }
  const ran = { attempt: 1, startedAt: at + index * 2_000, finishedAt: at + index * 2_000 + 9_000 }
  if (index % 9 === 4 && index < 60) return { phase: 'failed', step: 'start', signature: NOT_FOUND, ...ran }
  if (index === 30) return { phase: 'unreachable', signature: NO_ROUTE, ...ran }
  return { phase: 'succeeded', installed: name, ...ran }
}

function running(_: string, index: number): HostState {
  if (index > 14) return { phase: 'queued', attempt: 1 }
  if (index > 10)
    return { phase: 'running', attempt: 1, step: index === 11 ? 'validate' : 'start', startedAt: NOW - 9_000 }
  return well(NOW - 50_000 + index * 2_000)
}

function logs() {
  const head =
    '== preflight\ndisk 61 % used\n== start\n/srv/storefront/current/bin/start: line 4: exec: node: not found\n'
  return { head, tail: '', cutBytes: 0 }
}

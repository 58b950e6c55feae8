// A house without adapters: the engine on a store in memory and on hosts in memory, in real time.

import { MemoryJobs } from '../../../src/adapters/memory/jobs.ts'
import { MemoryStore } from '../../../src/adapters/memory/store.ts'
import { systemClock } from '../../../src/apps/cli/system-clock.ts'
import { systemIds } from '../../../src/apps/cli/system-ids.ts'
import type { House } from '../../../src/apps/cli/wiring.ts'
import { Engine } from '../../../src/engine/engine.ts'
import type { DeployRequest } from '../../../src/engine/plan-deploy.ts'
import { rolloutWake, type Store } from '../../../src/engine/ports.ts'
import { FakeRemote } from '../../support/fake-remote.ts'
import { MemoryReplicas } from '../../support/memory-replicas.ts'
import { memoryRounds } from '../../support/memory-rounds.ts'
import { fleetOf, plain, workOf } from '../../support/plan-of.ts'

export type HouseOnStore = House & { remote: FakeRemote }
export type FakeHouse = HouseOnStore & { store: MemoryStore }

export function houseOf(store = new MemoryStore(), remote = new FakeRemote(systemClock)): FakeHouse {
  return { ...houseOn(store, remote), store }
}

export function houseOn(store: Store, remote = new FakeRemote(systemClock)): HouseOnStore {
  const jobs = new MemoryJobs(async () => (await store.pending()).map(rolloutWake))
  const failed = (_: string, error: unknown) => {
    throw error
  }
  const engine = new Engine({ store, jobs, remote, clock: systemClock, ids: systemIds, failed })
  const replicas = new MemoryReplicas()
  const rounds = memoryRounds(() => Date.now())
  return { engine, store, remote, replicas, rounds, clock: systemClock, ids: systemIds, close: () => engine.stop() }
}

export const me = { via: 'terminal', id: '1000', name: 'ada' } as const
export const production = { application: 'shop', environment: 'production' } as const

/** Six hosts in two zones, one at a time, no failure tolerated unless said otherwise. */
export function orderOf(release: string, over: Partial<DeployRequest> = {}): DeployRequest {
  const one = { kind: 'count', count: 1 } as const
  const strategy = { ...plain, batch: [one], maxFailures: { fleet: { kind: 'count', count: 0 } as const } }
  return { work: workOf(release), fleet: fleetOf({ a: 3, b: 3 }), strategy, includeCurrent: false, by: me, ...over }
}

// Tells rollouts as they are committed: by whoever commits, once, and nothing that was not. It changes nothing on the way; what it
// must read for itself nobody waits for.

import { hasEnded } from '../../core/rollout.ts'
import type { RolloutRecord, Store } from '../../engine/ports.ts'
import { RolloutTrace } from './rollout-trace.ts'
import type { Tell } from './span.ts'

/** The same store, traced. */
export function traceStore(tell: Tell): (store: Store) => Store {
  return (store) => {
    const live = new Map<string, RolloutTrace>()
    const superseded = new Superseded(tell, store)
    return {
      ...store,
      async create(rollout, trail) {
        const created = await store.create(rollout, trail)
        if (created.kind === 'created') aside(superseded.tellBefore(rollout))
        return created
      },
      async supersede(id, at) {
        await store.supersede(id, at)
        live.delete(id)
        aside(superseded.tell(id, at))
      },
      async takeOver(id) {
        const taken = await store.takeOver(id)
        if (!taken) return taken
        // An environment has one that is driven; whatever was known of another is over.
        for (const [other, { place }] of live) if (place === placeOf(taken.record)) live.delete(other)
        live.set(id, openTrace(tell, store, taken))
        return taken
      },
      async commit(commit) {
        const outcome = await store.commit(commit)
        if (outcome === 'committed') live.get(commit.rollout)?.take(commit)
        if (outcome !== 'committed' || hasEnded(commit.cursor.phase)) live.delete(commit.rollout)
        return outcome
      },
    }
  }
}

type Taken = NonNullable<Awaited<ReturnType<Store['takeOver']>>>

function openTrace(tell: Tell, store: Store, { record, hosts }: Taken): RolloutTrace {
  const trace = new RolloutTrace(tell, record, hosts)
  if (trace.isFresh) trace.goOnFrom([])
  else
    store.trail(record.id).then(
      (trail) => trace.goOnFrom(trail.filter(({ seq }) => seq <= record.trail.seq)),
      () => trace.goOnFrom([]),
    )
  return trace
}

/** Those that this process ended because another takes their place: their trail does not say so. */
class Superseded {
  readonly #tell: Tell
  readonly #store: Store
  /** By place: the last that was told, for it may be superseded again in the same millisecond. */
  readonly #told = new Map<string, string>()

  constructor(tell: Tell, store: Store) {
    this.#tell = tell
    this.#store = store
  }

  /** A rollout that rested was in the way of a new one, and ended by its creation. */
  async tellBefore(rollout: Place & Pick<RolloutRecord, 'id' | 'createdAt'>): Promise<void> {
    const { application, environment, id, createdAt } = rollout
    const [before] = await this.#store.rollouts({ application, environment, before: id, limit: 1 })
    if (before) await this.tell(before.id, createdAt)
  }

  /** Only by whoever ended it at that time. */
  async tell(id: string, at: number): Promise<void> {
    const record = await this.#store.rollout(id)
    if (record?.cursor.phase !== 'superseded' || record.finishedAt !== at) return
    const [hosts, trail] = await Promise.all([this.#store.hosts(id), this.#store.trail(id)])
    if (this.#told.get(placeOf(record)) === id) return
    this.#told.set(placeOf(record), id)
    const trace = new RolloutTrace(this.#tell, record, hosts)
    trace.goOnFrom(trail)
    trace.supersede(at)
  }
}

type Place = Pick<RolloutRecord, 'application' | 'environment'>

function placeOf({ application, environment }: Place): string {
  return `${application}/${environment}`
}

/** A trace that lacks a part is worth less than whatever it is a trace of. */
function aside(work: Promise<void>): void {
  work.catch(() => {})
}

// Brings the outside world to what a rollout is now, one rollout and surface at a time. Level-triggered: it renders the
// current state, compares, and writes what differs; whatever it could not do is done by the next pass. Nothing waits for it.

import type { ProjectionView } from '../core/project-object.ts'
import { backoffMs } from './backoff.ts'
import type { Clock, Ids, Jobs, RolloutRecord, Store } from './ports.ts'
import type { OpenProjection, PassEnd, ProjectionStore, Surface } from './ports-outside.ts'
import { type PassSum, ProjectorPass } from './projector-pass.ts'
import { readTails } from './read-tails.ts'

export type ProjectorDeps = {
  store: Store
  projections: ProjectionStore
  jobs: Jobs
  surfaces: readonly Surface[]
  clock: Clock
  ids: Ids
  /** A pass hit a fault that is no answer of the outside world: a bug of a surface. It is tried again. */
  failed: (projection: string, error: unknown) => void
}

const BACKOFF = { baseMs: 4_000, mostMs: 5 * 60_000 }
/** Who waits for a budget looks again at least this often: what is urgent by then may have another share of it. */
const LOOK_AGAIN_MS = 10_000
/** A pass that finds nothing left to do rests so many times as long as it took to look, at most `MOST_REST_MS`. */
const REST = 20
const MOST_REST_MS = 30_000
/** A process with other surfaces has it, or it was removed. */
const UNKNOWN_SURFACE_MS = 60_000
/** Rollouts of the environment that a rendering may look back at. */
const EARLIER = 10

export class Projector {
  readonly #deps: ProjectorDeps

  constructor(deps: ProjectorDeps) {
    this.#deps = deps
  }

  async start(): Promise<void> {
    const { projections, surfaces, jobs } = this.#deps
    await projections.serve(surfaces.map(({ name }) => name))
    await jobs.start((id, signal) => this.#project(id, signal))
  }

  stop(): Promise<void> {
    return this.#deps.jobs.stop()
  }

  async #project(id: string, signal: AbortSignal): Promise<void> {
    const { store, projections, surfaces } = this.#deps
    const slash = id.indexOf('/')
    const [rollout, name] = [id.slice(0, slash), id.slice(slash + 1)]
    const open = await projections.open(rollout, name)
    const record = await store.rollout(rollout)
    if (!open || !record) return
    const surface = surfaces.find((each) => each.name === name)
    const end = surface
      ? await this.#pass({ surface, open, record, signal })
      : { attempts: open.attempts, left: true, afterMs: UNKNOWN_SURFACE_MS }
    // Cut off, or taken by another: whoever is next looks again.
    if (end) await projections.settle(open.hold, { ...versionOf(record), ...end })
  }

  async #pass(of: { surface: Surface; open: OpenProjection; record: RolloutRecord; signal: AbortSignal }) {
    const { surface, open, record, signal } = of
    const { clock } = this.#deps
    const began = clock.monotonic()
    try {
      const objects = surface.desired(await this.#view(record))
      const restMs = Math.min(MOST_REST_MS, REST * (clock.monotonic() - began))
      const pass = new ProjectorPass(this.#deps, { surface, open, signal })
      const sum = await pass.bring(objects)
      return sum && this.#end(open, sum, restMs)
    } catch (error) {
      this.#deps.failed(`${record.id}/${surface.name}`, error)
      return this.#end(open, { failed: true, written: 0 }, 0)
    }
  }

  #end({ hold, attempts }: OpenProjection, sum: PassSum, restMs: number): Omit<PassEnd, 'seq' | 'phase'> {
    if (!sum.failed) {
      const left = sum.waitMs !== undefined
      const got = sum.written > 0 || !left
      return { attempts: got ? 0 : attempts, left, afterMs: left ? Math.min(LOOK_AGAIN_MS, sum.waitMs ?? 0) : restMs }
    }
    const tries = sum.written > 0 ? 1 : attempts + 1
    const backoff = backoffMs(tries, BACKOFF, { ids: this.#deps.ids, seed: `${hold.rollout}/${hold.surface}` })
    return { attempts: tries, left: true, afterMs: Math.max(backoff, sum.notBeforeMs ?? 0) }
  }

  async #view(record: RolloutRecord): Promise<ProjectionView> {
    const { store } = this.#deps
    const { application, environment } = record
    const hosts = await store.hosts(record.id)
    const rollouts = await store.rollouts({ application, environment, limit: EARLIER })
    const earlier = rollouts
      .filter(({ id, createdAt }) => id !== record.id && createdAt <= record.createdAt)
      .map(({ id, releaseId, cursor }) => ({ rollout: id, release: releaseId, phase: cursor.phase }))
    return { ...record, hosts, earlier, tails: await readTails(store, record, hosts) }
  }
}

/** Read before the hosts: what is written meanwhile makes the projection pending again. */
function versionOf({ trail, cursor }: RolloutRecord): Pick<PassEnd, 'seq' | 'phase'> {
  return { seq: trail.seq, phase: cursor.phase }
}

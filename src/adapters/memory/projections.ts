// The port `ProjectionStore` in memory. It looks at the rollouts of the store beside it; its clock is its maker's.

import { recent, waitFor } from '../../core/project-budget.ts'
import { hasEnded, type RolloutPhase } from '../../core/rollout.ts'
import {
  type Budget,
  type OpenProjection,
  type PassEnd,
  type Projected,
  type ProjectionHold,
  type ProjectionStore,
  projectionWake,
  type Taken,
} from '../../engine/ports-outside.ts'

type Kept = {
  rollout: string
  surface: string
  epoch: number
  end: PassEnd | undefined
  dueAt: number
  settled: boolean
  objects: Map<string, Projected>
}
type Rollout = { seq: number; phase: RolloutPhase; isWritten: boolean }
type Window = { writes: number[]; pausedUntil: number }

export class MemoryProjections implements ProjectionStore {
  readonly #now: () => number
  readonly #rollout: (id: string) => Rollout | undefined
  readonly #surfaces = new Set<string>()
  readonly #kept = new Map<string, Kept>()
  readonly #budgets = new Map<string, Window>()

  constructor(now: () => number, rollout: (id: string) => Rollout | undefined) {
    this.#now = now
    this.#rollout = rollout
  }

  /** All is told, of rollouts that have ended. */
  get isTold(): boolean {
    return [...this.#kept.values()].every(({ settled }) => settled)
  }

  /** All is told that there is to tell now, of rollouts that go on too. */
  get isUpToDate(): boolean {
    return [...this.#kept.values()].every(({ rollout, end }) => {
      const state = this.#rollout(rollout)
      return end?.left === false && end.seq === state?.seq && end.phase === state.phase
    })
  }

  async serve(surfaces: readonly string[]): Promise<void> {
    for (const name of surfaces) this.#surfaces.add(name)
  }

  /** The store beside this one calls it within its own writes. */
  added(rollout: string): void {
    for (const surface of this.#surfaces) {
      const kept = { rollout, surface, epoch: 0, end: undefined, dueAt: 0, settled: false, objects: new Map() }
      this.#kept.set(projectionWake(kept).id, kept)
    }
  }

  reopen(rollout: string): void {
    for (const kept of this.#kept.values()) if (kept.rollout === rollout) kept.settled = false
  }

  async pending(): Promise<{ id: string; key: string }[]> {
    const now = this.#now()
    const due = [...this.#kept.values()].filter((kept) => !kept.settled && this.#isDue(kept, now))
    return due.sort((a, b) => a.dueAt - b.dueAt).map(projectionWake)
  }

  #isDue({ rollout, end, dueAt }: Kept, now: number): boolean {
    const state = this.#rollout(rollout)
    if (!state) return false
    if (state.phase !== end?.phase) return true
    return dueAt <= now && (end.left || end.seq !== state.seq)
  }

  async open(rollout: string, surface: string): Promise<OpenProjection | undefined> {
    const kept = this.#kept.get(projectionWake({ rollout, surface }).id)
    if (!kept) return undefined
    kept.epoch += 1
    const hold = { rollout, surface, epoch: kept.epoch }
    return { hold, attempts: kept.end?.attempts ?? 0, objects: await this.objects(rollout, surface) }
  }

  async objects(rollout: string, surface: string): Promise<Projected[]> {
    const objects = this.#kept.get(projectionWake({ rollout, surface }).id)?.objects.values() ?? []
    return structuredClone([...objects].sort((a, b) => (a.key < b.key ? -1 : 1)))
  }

  async note(hold: ProjectionHold, object: Projected): Promise<'noted' | 'stale'> {
    const kept = this.#held(hold)
    kept?.objects.set(object.key, structuredClone(object))
    return kept ? 'noted' : 'stale'
  }

  async settle(hold: ProjectionHold, end: PassEnd): Promise<'noted' | 'stale'> {
    const kept = this.#held(hold)
    if (!kept) return 'stale'
    const state = this.#rollout(hold.rollout)
    const atRest = state?.seq === end.seq && state.phase === end.phase && !state.isWritten
    kept.end = end
    kept.dueAt = this.#now() + Math.ceil(end.afterMs)
    kept.settled = !end.left && hasEnded(end.phase) && atRest
    return 'noted'
  }

  #held(hold: ProjectionHold): Kept | undefined {
    const kept = this.#kept.get(projectionWake(hold).id)
    return kept?.epoch === hold.epoch ? kept : undefined
  }

  async take(budgets: readonly Budget[]): Promise<Taken> {
    const now = this.#now()
    const ms = budgets.reduce((most, { key, limits }) => {
      const { writes, pausedUntil } = this.#window(key)
      return Math.max(most, pausedUntil - now, waitFor(writes, limits, now))
    }, 0)
    if (ms > 0) return { kind: 'wait', ms }
    for (const { key, limits } of budgets) {
      if (limits.length === 0) continue
      const window = this.#window(key)
      window.writes = [...recent(window.writes, limits, now), now]
    }
    return { kind: 'granted' }
  }

  async pause(budgets: readonly Pick<Budget, 'key'>[], ms: number): Promise<void> {
    for (const { key } of budgets) {
      const window = this.#window(key)
      window.pausedUntil = Math.max(window.pausedUntil, this.#now() + Math.ceil(ms))
    }
  }

  #window(key: string): Window {
    const window = this.#budgets.get(key) ?? { writes: [], pausedUntil: 0 }
    this.#budgets.set(key, window)
    return window
  }
}

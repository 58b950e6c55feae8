// The store in memory, with a judge who hears everything that is written to it in the order in which it is.

import { MemoryStore } from '../../src/adapters/memory/store.ts'
import type { Commit, Letter, NewRollout, Store, TrailEntry } from '../../src/engine/ports.ts'
import type { Judge } from './judge/judge.ts'

export class WitnessedStore extends MemoryStore {
  readonly #judge: Judge

  constructor(judge: Judge) {
    super()
    this.#judge = judge
  }

  override async create(rollout: NewRollout, trail: readonly TrailEntry[]): ReturnType<Store['create']> {
    const outcome = await super.create(rollout, trail)
    if (outcome.kind === 'created') this.#judge.created(rollout, trail)
    return outcome
  }

  override async takeOver(rollout: string): ReturnType<Store['takeOver']> {
    const taken = await super.takeOver(rollout)
    if (taken) this.#judge.tookOver(rollout, taken.record.epoch)
    return taken
  }

  override async supersede(rollout: string, at: number): Promise<void> {
    await super.supersede(rollout, at)
    this.#judge.superseded(rollout)
  }

  override async commit(commit: Commit): ReturnType<Store['commit']> {
    const outcome = await super.commit(commit)
    this.#judge.committed(commit, outcome)
    return outcome
  }

  override async post(letter: Letter): Promise<void> {
    await super.post(letter)
    this.#judge.posted(letter)
  }
}

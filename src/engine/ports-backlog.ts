// What a store holds that is not done yet, in numbers, for whoever watches over it. It decides nothing.

import type { RolloutKind } from '../core/plan.ts'
import type { RolloutPhase } from '../core/rollout.ts'

/** `oldestMs`: how long the oldest has been waiting by the database's clock; 0 when there is none. */
export type Waiting = { count: number; oldestMs: number }

export type BacklogReading = {
  /** Rollouts that have not ended: at most one an environment. */
  rollouts: readonly { application: string; environment: string; kind: RolloutKind; phase: RolloutPhase }[]
  /** Messages of the inbox that are due and not handled. */
  inbox: Waiting
  /** What people asked of rollouts, not yet answered. */
  letters: Waiting
  /** Jobs that nobody has taken, by queue. */
  jobs: readonly (Waiting & { queue: string })[]
  /** Projections that are behind their rollout, by surface; `oldestMs` since the change that was not told. */
  projections: readonly (Waiting & { surface: string })[]
}

export interface Backlog {
  /** A few looks at partial indexes: its cost does not grow with what has ended. */
  read(): Promise<BacklogReading>
}

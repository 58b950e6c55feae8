// What a simulation is made of, as data: fleets, strategies, people and faults. Drawn from a seed once, before anything runs,
// so that any act or fault can be left out and the rest stays as it was.

import type { Health } from '../../src/core/fleet.ts'
import type { Ask } from '../../src/core/intent.ts'
import type { Strategy } from '../../src/core/strategy.ts'
import type { Voice } from './cast.ts'
import type { Rule } from './judge/approval-rules.ts'

/** An environment; `before`: how each host's rollout of yesterday ended; `rule`: what a deploy needs there since today. */
export type Place = {
  environment: string
  zones: Readonly<Record<string, number>>
  before: Readonly<Record<string, Health>>
  rule?: Rule
}

/** `skip` names the n-th host of the plan, or the first that is out of service when absent. */
export type Wish =
  | { kind: 'deploy'; release: string; strategy: Strategy; includeCurrent: boolean; by?: Voice; automatic?: boolean }
  | { kind: 'rollback'; to?: string }
  | { kind: Exclude<Ask['kind'], 'skip' | 'approve'> }
  | { kind: 'approve'; by: Voice; release?: string }
  | { kind: 'skip'; host?: number }

/** `when`: ms after the start; or ms after the environment's newest rollout was seen like this. */
export type Act = {
  kind: 'act'
  environment: string
  when: { kind: 'at' | 'rest' | 'bake' | 'run' | 'unapproved'; ms: number }
  wish: Wish
  /** Two people, or one in a hurry: two processes are asked at once. */
  twice: boolean
}

/** Times are ms after the start. */
export type Fault =
  /** Dies before or after its n-th effect, counted from the start or from its last rise, and rises `forMs` later. */
  | { kind: 'crash'; replica: number; effect: number; when: 'before' | 'after'; forMs: number }
  /** Dies at the n-th call of this name, of whichever process makes it. */
  | {
      kind: 'crash-at'
      call: 'run' | 'withdraw' | 'commit' | 'takeOver' | 'create' | 'post' | 'letters'
      nth: number
      when: 'before' | 'after'
      forMs: number
    }
  | { kind: 'pause'; replica: number; at: number; forMs: number }
  | { kind: 'drain'; replica: number; at: number; forMs: number }
  /** `after`: what was asked of the store is done, and the answer is lost. */
  | { kind: 'outage'; at: number; forMs: number; after: boolean }
  | { kind: 'lost-answer'; method: 'commit' | 'create' | 'takeOver' | 'post' | 'supersede'; nth: number }
  /** Every call to the store may take so long. */
  | { kind: 'store-slow'; ms: number }
  | { kind: 'lost-wakes' | 'repeated-wakes' }
  | { kind: 'clock-jump'; at: number; ms: number }
  | { kind: 'late-reports' | 'repeated-reports'; percent: number; ms: number }
  /** What one process was told is told again to the next that drives the rollout. */
  | { kind: 'stray-reports'; percent: number; ms: number }
  | { kind: 'host-fails' | 'host-lies' | 'host-lost'; host: string; release: string; times: number }
  | { kind: 'host-flaps' | 'host-hangs'; host: string; times: number }
  | { kind: 'host-slow'; host: string; dialMs: number; runMs: number }
  | { kind: 'host-dies' | 'host-freezes'; host: string; at: number; forMs: number }

export type Scenario = {
  seed: number
  replicas: number
  places: readonly Place[]
  acts: readonly Act[]
  faults: readonly Fault[]
  /** Then faults stop, and people only finish what is there. */
  horizonMs: number
}

/** Everything that a person or a fault does has begun by then, in ms after the start, and is over soon after it. */
export const HORIZON_MS = 60_000

/** Leaves out the acts and faults with these numbers: acts come first. */
export function without(scenario: Scenario, left: ReadonlySet<number>): Scenario {
  const { acts, faults } = scenario
  return {
    ...scenario,
    acts: acts.filter((_, index) => !left.has(index)),
    faults: faults.filter((_, index) => !left.has(acts.length + index)),
  }
}

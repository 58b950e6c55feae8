// What the judge knows of a rollout: only what was written to the store, in the order in which it was written, and books of
// its own. It counts from scratch, and never with the core's counters.

import type { Plan } from '../../../src/core/plan.ts'
import { type HostState, ROLLOUT_PHASES, type RolloutCursor } from '../../../src/core/rollout.ts'
import type { Commit, NewRollout } from '../../../src/engine/ports.ts'
import { type Consent, consentTo, type Rule } from './approval-rules.ts'

export type Known = {
  readonly id: string
  readonly place: string
  readonly plan: Plan
  readonly createdAt: number
  epoch: number
  cursor: RolloutCursor
  hosts: HostState[]
  trail: { seq: number; hash: string }
  readonly consent: Consent
  /** A merge wanted it. */
  readonly automatic: boolean
  /** Index of each host's stage, and its name. */
  readonly stageOf: readonly number[]
  readonly indexOf: ReadonlyMap<string, number>
  /** Hosts whose failure a person has set aside with `resume`. */
  forgiven: Set<number>
  /** `host/attempt` of everything that was ever committed as running, and the epoch that did so first. */
  readonly claimed: Map<string, number>
  /** Letters that stand in the trail, and those that were answered. */
  readonly asked: Set<string>
  /** Hosts that its last commit changed. */
  justMoved: ReadonlySet<number>
  /** When the phase that holds hosts back was written, ms of monotonic time. */
  heldSince?: number
  /** When the current stage finished, by the trail, and whether somebody said `continue` since. */
  finished?: { stage: number; at: number; continued: boolean }
}

export function knownFrom(rollout: NewRollout, createdAt: number, rule: Rule | undefined): Known {
  const { plan } = rollout
  const stageOf = plan.hosts.map((_, host) =>
    plan.stages.findIndex(({ queues }) => queues.some(({ hosts }) => hosts.includes(host))),
  )
  return {
    ...{ id: rollout.id, place: `${rollout.application}/${rollout.environment}`, plan, createdAt, stageOf },
    ...{ epoch: 0, cursor: rollout.cursor, trail: { seq: 0, hash: '' }, forgiven: new Set() },
    ...{ consent: consentTo(rollout, rule), automatic: rollout.automatic === true },
    hosts: plan.hosts.map((): HostState => ({ phase: 'queued', attempt: 1 })),
    indexOf: new Map(plan.hosts.map(({ host }, index) => [host.name, index])),
    ...{ claimed: new Map(), asked: new Set(), justMoved: new Set() },
  }
}

/** One commit as the rules see it: before, after, and what was accepted in it. */
export type Step = {
  known: Known
  before: { cursor: RolloutCursor; hosts: readonly HostState[] }
  after: { cursor: RolloutCursor; hosts: readonly HostState[] }
  commit: Commit
  /** Kinds of what people asked and got in this commit. */
  granted: ReadonlySet<string>
  now: number
}

const ENDED: readonly string[] = ROLLOUT_PHASES.slice(ROLLOUT_PHASES.indexOf('succeeded'))
/** Phases in which the rollout goes on towards more hosts. */
export const GOES_ON: readonly string[] = ['gated', 'running', 'baking', 'waiting']

export function isOver({ phase }: RolloutCursor): boolean {
  return ENDED.includes(phase)
}

export function isBad({ phase }: HostState): boolean {
  return phase === 'failed' || phase === 'unreachable' || phase === 'unknown'
}

/** Out of service, or possibly so. */
export function isAway(host: HostState, wasDown: boolean): boolean {
  if (host.phase === 'succeeded' || host.phase === 'skipped') return false
  return host.phase === 'queued' ? wasDown || host.attempt > 1 : true
}

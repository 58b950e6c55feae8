// What a plan is: which hosts, in which order, in which stages, with which budgets. Pure data; `make-plan.ts` makes it.

import type { ApprovalRule } from './approval.ts'
import type { Host } from './fleet.ts'
import type { HostWork } from './recipe.ts'
import type { After, Strategy } from './strategy.ts'

export type RolloutKind = 'deploy' | 'rollback'

/** The order inside a stage: what is broken first, what is already right last. */
export type Rank = 'failed' | 'unknown' | 'older' | 'current'

/** A host of the plan; others name it by its index in `Plan.hosts`. */
export type PlannedHost = {
  host: Host
  /** Index in `Plan.zones`. */
  zone: number
  rank: Rank
  /** Already out of service when the plan was made: running it costs no availability. */
  down: boolean
}

export type LeftHost = { host: Host; zone: number; why: 'current' | 'untouched' }

/** Denominators are fixed here, when the plan is made. */
export type PlannedZone = {
  name: string
  /** Hosts of the zone, planned or not. */
  size: number
  planned: number
  /** Out of service when the plan was made, planned or not. */
  alreadyDown: number
  maxUnavailable: number
  maxFailures?: number
}

export type PlannedStage = {
  name: string
  kind: 'failed-first' | 'canary' | 'zone' | 'striped'
  /** One queue a zone that takes part, in the order in which its hosts go. */
  queues: readonly { zone: number; hosts: readonly number[] }[]
  hosts: number
  /** Batch sizes, the last one repeated. */
  batches: readonly number[]
  barrier: boolean
  maxFailures?: number
  /** false: its hosts were down already, so their failures spend no zone or fleet budget. */
  spends: boolean
  after: After
}

export type Plan = {
  kind: RolloutKind
  work: HostWork
  hosts: readonly PlannedHost[]
  zones: readonly PlannedZone[]
  /** `maxFailures` counts over all planned hosts. */
  fleet: { size: number; planned: number; maxFailures?: number }
  stages: readonly PlannedStage[]
  /** The fleet's other hosts, left alone: they run the release already, or a rollback has no reason to touch them. */
  left: readonly LeftHost[]
  /** What it was made with, so that a rollback of it needs no configuration. */
  strategy: Strategy
  /** What it needs before it begins. A rollback needs none. */
  approvals?: ApprovalRule
  /** SHA-256 of everything above, hex. */
  digest: string
}

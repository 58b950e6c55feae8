// What a terminal can do with Houston, wherever the work is done: in this process, or in another one of this machine.
// Both implementations pass one contract suite. No wording and no screen here.

import type { AuditEntry } from '../../../core/audit.ts'
import type { Answer, Ask, Person, Refusal } from '../../../core/intent.ts'
import type { LeadTime } from '../../../core/lead-time.ts'
import type { EnvironmentLocks, LockOutcome, LockWish } from '../../../core/lock.ts'
import type { RolloutKind } from '../../../core/plan.ts'
import type { RolloutReport } from '../../../core/report.ts'
import type { HostReport } from '../../../core/report-drift.ts'
import type { HostThen, Whereabouts } from '../../../core/report-past.ts'
import type { PlanReport } from '../../../core/report-plan.ts'
import type { HaltReason, HostState, RolloutPhase } from '../../../core/rollout.ts'
import type { DeployRequest } from '../../../engine/plan-deploy.ts'
import type { HostLog } from '../../../engine/ports.ts'
import type { DeployAct } from '../../../engine/ports-desk.ts'
import type { EnvironmentRow } from '../../../web/view/environment-row.ts'

/** An environment of an application, by full names. */
export type Target = { application: string; environment: string }

/** What a server is asked for: it knows the application's configuration, and finds the release itself. */
export type DeployWish = Target & Omit<DeployAct, 'verb'>

/** A session that does the work itself, or has it done on this machine, takes a whole request; one with a server takes a wish. */
export type DeployOrder = DeployRequest | DeployWish

export type Began = { kind: 'started'; rollout: string; plan: PlanReport }

type RollbackOrder = Target & { to?: string; by: Person; reason?: string }

/** `rollout`: the one that answered. */
type Asked = { answer: Answer; rollout?: string }

export type PastRollout = {
  rollout: string
  kind: RolloutKind
  release: string
  phase: RolloutPhase
  requestedBy: string
  reason?: string
  createdAt: number
  finishedAt?: number
  halt?: HaltReason
  /** Of the commits that it brought, when it succeeded and a forge told of them. */
  leadTimes?: readonly LeadTime[]
}

export type HostChange = Pick<HostState, 'phase' | 'attempt' | 'step' | 'signature'> & { host: string; zone: string }

/**
 * A look at a rollout, with the hosts that changed since the look before. `away`: the server cannot be reached, this is what it said
 * last.
 */
export type Look = { report: RolloutReport; changes: readonly HostChange[]; away?: true }

export type HostLogs = {
  host: string
  rollout: string
  phase: HostState['phase']
  logs: { attempt: number; log: HostLog }[]
}

/** Throws for a wish: whoever asks here has the configuration, and knows what the release is made of. */
export function wholeRequest(order: DeployOrder): DeployRequest {
  if ('work' in order) return order
  throw new Error('a deploy that is done here needs all that it is made of')
}

export interface Session {
  /**
   * `local`: this process drives what it is asked to; `alone`: no other one can, it holds the store. `servers`: those of a
   * shared store drive, and this process only asks. `other`: everything is done by another process of this machine.
   * `server`: everything is done by a server of somewhere.
   */
  readonly place:
    | { kind: 'local'; alone: boolean }
    | { kind: 'servers' }
    | { kind: 'other'; pid: number }
    | { kind: 'server'; url: string }
  /** Environments that the store knows. */
  targets(): Promise<Target[]>
  plan(order: DeployOrder): Promise<PlanReport | Refusal>
  deploy(order: DeployOrder): Promise<Began | Refusal>
  rollback(order: RollbackOrder): Promise<Began | Refusal>
  /** Asks the environment's latest rollout. */
  ask(input: { target: Target; by: Person; ask: Ask }): Promise<Asked>
  /** Takes, extends, waits for, opens or steals the environment's lock. */
  changeLock(input: { target: Target; wish: LockWish }): Promise<LockOutcome>
  locks(input: { target: Target }): Promise<EnvironmentLocks>
  /** Who asked for what, the newest first; of one environment, or of all. */
  audit(input: { target?: Target; limit: number }): Promise<AuditEntry[]>
  /** The environment's latest rollout, or the one that is named. */
  status(input: { target: Target; rollout?: string }): Promise<RolloutReport | undefined>
  /**
   * Looks at the environment's latest rollout, now and whenever something changed, and goes on with the next one when that
   * took its place. Ends when the latest rollout ended or needs a person.
   */
  watch(target: Target, signal: AbortSignal): AsyncIterable<Look>
  /** Every environment that may be seen, then those that changed, until `signal` aborts. Absent: only a server can tell. */
  watchAll?(signal: AbortSignal): AsyncIterable<EnvironmentRow[]>
  history(input: { target: Target; limit: number }): Promise<PastRollout[]>
  /** What each host ran at a moment, ms since 1970. */
  past(input: { target: Target; at: number }): Promise<HostThen[]>
  where(input: { release: string }): Promise<Whereabouts[]>
  /** `probe`: also asks each host itself. */
  hosts(input: { target: Target; probe: boolean }): Promise<HostReport[]>
  log(input: { target: Target; host: string }): Promise<HostLogs | Refusal>
  /** Resolves when this process drives nothing any more; at once where others can drive. */
  idle(): Promise<void>
  /** Lets go. What was begun on hosts goes on there. */
  close(): Promise<void>
}

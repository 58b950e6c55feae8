// What the engine needs from outside, each as narrow as its use. Adapters implement these; tests have fakes that pass the same suites.

import type { Health, Host, LastKnown } from '../core/fleet.ts'
import type { Answer, Ask, Person } from '../core/intent.ts'
import type { LeadTime } from '../core/lead-time.ts'
import type { Lock } from '../core/lock.ts'
import type { Origin } from '../core/origin.ts'
import type { Plan, RolloutKind } from '../core/plan.ts'
import type { HostWork } from '../core/recipe.ts'
import type { HostEvent, HostState, RolloutCursor, RolloutPhase } from '../core/rollout.ts'
import type { AuditStore, LockStore } from './ports-locks.ts'

// ---- Remote: hosts -------------------------------------------------------------------------------------------------

/** What a rollout does on its hosts, and with which authority. */
export type RolloutWork = {
  rollout: string
  /** A host refuses an epoch older than the last it saw; it grows with every take-over and every newer rollout. */
  epoch: number
  work: HostWork
  hosts: readonly { host: Host; zone: string }[]
  /** true on a rollback: a live run of an older rollout is stopped, not waited for. */
  preempt: boolean
}

/** `mayBegin` false: attach to what is there; a run that was never begun there is reported `host-withdrawn`, absent. */
export type Claim = { host: number; attempt: number; mayBegin: boolean }

/** Bounded, redacted output of one host's run: at most 64 KiB of its beginning and of its end, `cutBytes` lost between them. */
export type HostLog = { head: string; tail: string; cutBytes: number }

/** A host event as it arrives: the ones that end a run bring its log. */
export type HostReport = HostEvent & { log?: HostLog }

/**
 * What a host says of itself. `installed`: the release of its last run that succeeded, `previous`: another one that did before.
 * `returned`: it was taken back from that to `installed`. `live`: a run that goes on. `ended`: how its newest run ended, `ok` or what went wrong.
 */
export type HostReading =
  | {
      kind: 'read'
      installed?: string
      previous?: string
      returned?: true
      current?: string
      live?: string
      ended?: string
    }
  | { kind: 'unreachable'; signature: string }

export interface Remote {
  /** Begins to work for a rollout. Reports come in batches; those of one host in order. */
  open(work: RolloutWork, listen: (reports: readonly HostReport[]) => void): RemoteSession
  /** Reads what each host really runs; answers in the order asked. Changes nothing there. */
  probe(hosts: readonly Host[], directory: string): Promise<HostReading[]>
  close(): Promise<void>
}

export interface RemoteSession {
  /** Begins each claim on its host or attaches to it. Never waits; the outcome arrives as a report. */
  run(claims: readonly Claim[]): void
  /** Gives back the claims not yet begun on their host: each is reported `host-withdrawn`, not absent. */
  withdraw(): void
  /** No report arrives after this call. Recipes already begun go on on their hosts. */
  detach(): void
}

// ---- Store: what must last -----------------------------------------------------------------------------------------

export type RolloutRecord = {
  id: string
  kind: RolloutKind
  application: string
  environment: string
  releaseId: string
  plan: Plan
  cursor: RolloutCursor
  epoch: number
  requestedBy: Person
  reason?: string
  /** What caused it, unique: an intent that is carried out again finds the rollout that it caused. */
  intent?: string
  /** Where it was asked for at a forge. */
  origin?: Origin
  createdAt: number
  finishedAt?: number
  /** Hash of the newest trail entry, and its number. */
  trail: { seq: number; hash: string }
}

/** A rollout without its plan, for lists. */
export type RolloutSummary = Omit<RolloutRecord, 'plan' | 'trail'>

export type TrailEntry = { seq: number; at: number; kind: string; body: unknown; previous: string; hash: string }

/** A host as it is after its last run: the fleet's last known truth. */
export type HostRecord = { name: string; zone: string; health: Health; release?: string; rollout: string; at: number }

/** What a host ran, from when to when (ms since 1970). `to` is absent while it runs. */
export type HostRelease = { name: string; zone: string; release: string; rollout: string; from: number; to?: number }

export type Letter = { id: string; rollout: string; by: Person; ask: Ask; at: number }

/** Everything one batch of events changes. Written in one transaction, or not at all. */
export type Commit = {
  rollout: string
  epoch: number
  cursor: RolloutCursor
  finishedAt?: number
  hosts: readonly { index: number; state: HostState }[]
  trail: readonly TrailEntry[]
  logs: readonly { index: number; attempt: number; log: HostLog }[]
  /** Last known truth of hosts that changed. */
  records: readonly HostRecord[]
  /** Hosts whose open interval ends now (their old release was switched away), and those that begin one. */
  releases: { closed: readonly { name: string; at: number }[]; opened: readonly HostRelease[] }
  /** Answers to letters that this batch handled. */
  answers: readonly { id: string; answer: Answer }[]
}

/**
 * `automatic`: a merge or green checks started it, not a person. The audit keeps that, the rollout does not; nor `version`,
 * the environment's when the plan was made.
 */
export type NewRollout = Omit<RolloutRecord, 'epoch' | 'finishedAt'> & { automatic?: boolean; version?: string }

export interface Store extends LockStore, AuditStore {
  /**
   * Inserts a rollout with one `queued` host row per planned host. Answers `busy` when the environment already has one
   * that has not ended, `repeated` when its intent has caused a rollout already. A `halted` or `unapproved` one in the
   * way is ended as `superseded` in the same transaction. So are the environment's locks looked at, `locked` being answered when one is in
   * the way and nothing written; and so is the audit row of a rollout that was created. `moved`: the environment is at another
   * `version`, so what the plan was made from may no longer be true. Its newest rollout is always the one created last,
   * whatever the clocks say: `createdAt` is raised where it must.
   */
  create(
    rollout: NewRollout,
    trail: readonly TrailEntry[],
  ): Promise<
    | { kind: 'created' | 'moved' }
    | { kind: 'busy' | 'repeated'; rollout: string }
    | { kind: 'locked'; lock: Lock; now: number }
  >
  /** Changes with everything that is written about the environment's rollouts and hosts; opaque. */
  version(of: { application: string; environment: string }): Promise<string>
  /** Raises the epoch (greater than any given before, by any rollout, also of a lost store: at least the database's ms) and reads everything. */
  takeOver(rollout: string): Promise<{ record: RolloutRecord; hosts: HostState[] } | undefined>
  /**
   * Ends a rollout as `superseded` and raises its epoch, so that whoever drives it can write no more. Hosts that it has in
   * flight are unknown from then on.
   */
  supersede(rollout: string, at: number): Promise<void>
  /**
   * Changes nothing and answers `stale` when `epoch` is not the rollout's, `busy` when it would make an ended rollout
   * go on, or move a host of it, while its environment has a newer one, ended or not.
   */
  commit(commit: Commit): Promise<'committed' | 'stale' | 'busy'>

  /** Puts a letter into a rollout's mailbox; the driver answers it in a commit, which also writes the audit row. */
  post(letter: Letter): Promise<void>
  /** Letters not yet answered, oldest first. */
  letters(rollout: string): Promise<Letter[]>
  answer(letter: string): Promise<Answer | undefined>

  rollout(id: string): Promise<RolloutRecord | undefined>
  /** The rollout that an intent has caused. */
  causedBy(intent: string): Promise<RolloutRecord | undefined>
  hosts(rollout: string): Promise<HostState[]>
  /** The oldest first: all of it, or at most `limit` entries after number `after`. */
  trail(rollout: string, part?: { after: number; limit: number }): Promise<TrailEntry[]>
  log(rollout: string, host: number): Promise<{ attempt: number; log: HostLog }[]>
  /** Newest first. `before`: only those that are older than this rollout; of an unknown one, none. */
  rollouts(filter: {
    application?: string
    environment?: string
    before?: string
    limit: number
  }): Promise<RolloutSummary[]>
  /** Rollouts that somebody must drive now: phases gated, running, baking, halting; or any with an unanswered letter. */
  pending(): Promise<{ id: string; application: string; environment: string }[]>
  lastKnown(application: string, environment: string): Promise<LastKnown>
  records(application: string, environment: string): Promise<HostRecord[]>
  /** Intervals of an environment's hosts that touch [from, to]; all when both are absent. */
  releases(application: string, environment: string, range?: { from: number; to: number }): Promise<HostRelease[]>
  /** What one host of an environment ran, the newest first. */
  ran(of: { application: string; environment: string; name: string; limit: number }): Promise<HostRelease[]>
  /** Where a release (id or commit, a prefix of 4 characters or more) runs or ran: at most `most` of it, the newest. */
  where(release: string, most?: number): Promise<(HostRelease & { application: string; environment: string })[]>
  /** The work that a release was rolled out with last in this environment, by a rollout that began: its recipe, variables, artefact. */
  workOf(application: string, environment: string, release: string): Promise<HostWork | undefined>
  /** Of commits that deploys brought which succeeded, the newest rollout first; at most `limit` commits. */
  leadTimes(of: { application: string; environment: string; limit: number }): Promise<LeadTime[]>
  close(): Promise<void>
}

// ---- Jobs: who does what -------------------------------------------------------------------------------------------

/** Something that one process at a time must do: `id` names it, and of those with the same `key` only one is done at once. */
export type Wake = { id: string; key: string }

/** One kind of work, shared by all processes of a store. */
export interface Jobs {
  /** Makes sure that a job for this work is queued or running, in this process or another. Safe to repeat. */
  wake(wake: Wake): Promise<void>
  /** Starts to take jobs. `drive` returns when the work needs nobody for now; `signal` aborts when the job is lost. */
  start(drive: (id: string, signal: AbortSignal) => Promise<void>): Promise<void>
  stop(): Promise<void>
}

export interface Clock {
  /** Wall time, ms since 1970: only for the record. */
  now(): number
  /** Milliseconds that only grow, whatever happens to wall time. */
  monotonic(): number
  /** Calls back after `ms` of monotonic time, not before; the returned function cancels. */
  after(ms: number, call: () => void): () => void
}

export interface Ids {
  /** Unique, sortable by time, [0-9a-z]. */
  next(): string
  /** SHA-256, hex. */
  digest(text: string): string
}

/** Rollout phases in which a job must drive. */
export const DRIVEN: readonly RolloutPhase[] = ['gated', 'running', 'baking', 'halting']

/** At most one rollout of an environment is driven at once. */
export function rolloutWake(of: { id: string; application: string; environment: string }): Wake {
  return { id: of.id, key: `${of.application}/${of.environment}` }
}

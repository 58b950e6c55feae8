// A rollout: one execution of a plan. The types of its state, events and effects; `transition.ts` moves it.

import { type Approvals, missingApprovals } from './approval.ts'
import type { Answer, Ask, Person } from './intent.ts'
import type { Step } from './recipe.ts'

export const ROLLOUT_PHASES = [
  'unapproved',
  'gated',
  'running',
  'baking',
  'waiting',
  'halting',
  'halted',
  'succeeded',
  'failed',
  'aborted',
  'superseded',
] as const

export type RolloutPhase = (typeof ROLLOUT_PHASES)[number]

export type HostPhase = 'queued' | 'running' | 'succeeded' | 'failed' | 'unreachable' | 'unknown' | 'skipped'

export type HostState = {
  phase: HostPhase
  /** Grows when a failed host is retried. The host runs each attempt at most once; the same attempt attaches. */
  attempt: number
  step?: Step
  /** Groups equal failures: "start exited 127". */
  signature?: string
  /** This attempt may have begun on the host: it can only be attached to, never be given back. */
  begun?: boolean
  /** What the host was read back to run after success. */
  installed?: string
  startedAt?: number
  finishedAt?: number
}

export type HaltReason =
  | { kind: 'fleet-budget'; failed: number; budget: number; of: number }
  | { kind: 'zone-budget'; zone: string; failed: number; budget: number; of: number }
  | { kind: 'stage-budget'; stage: string; failed: number; budget: number; of: number }
  /** Nothing may be taken out of service any more, and nothing is in flight that could come back. */
  | { kind: 'no-room'; zone: string; down: number; budget: number }
  | { kind: 'asked'; by: string }

/** The small part of a rollout's state that is one row; the hosts are rows of their own. */
export type RolloutCursor = {
  phase: RolloutPhase
  /** Index in `Plan.stages`. */
  stage: number
  /** Where `halting` ends. */
  haltingTo?: 'halted' | 'aborted'
  halt?: HaltReason
  /** Failures that a person set aside with `resume`: budgets count from here. `hosts`: which, absent when none. */
  forgiven: { fleet: number; stage: number; zones: readonly number[]; hosts?: readonly number[] }
  /** What it needs before it begins; kept when it has them. Absent: nothing. */
  approvals?: Approvals
  /** Due time of the running bake, ms since 1970. */
  bakeUntil?: number
}

/** What a host reports; `host` is the index in `Plan.hosts`. An event of another attempt than the host's is late. */
export type HostEvent = { host: number; attempt: number } & (
  | { kind: 'host-step'; step: Step }
  | { kind: 'host-succeeded'; installed: string }
  | { kind: 'host-failed'; step: Step; signature: string }
  /** Certain that nothing was begun there. */
  | { kind: 'host-unreachable'; signature: string }
  /** Begun, and now out of sight. */
  | { kind: 'host-unknown'; signature: string }
  /** Given back before it was begun. `absent`: the host itself was asked and has no such run. */
  | { kind: 'host-withdrawn'; absent: boolean }
)

/** `id` lets the asker find the answer. */
export type AskEvent = { kind: 'asked'; id: string; by: Person; ask: Ask }

export type RolloutEvent = { at: number } & (
  | HostEvent
  | AskEvent
  | { kind: 'gates-opened' }
  /** The timer that was set for `dueAt` is over; a bake that began later has another. */
  | { kind: 'bake-ended'; stage: number; dueAt: number }
)

export type RolloutEffect =
  /** `mayBegin` false: only attach; a run that was not begun comes back as withdrawn. */
  | { kind: 'run-host'; host: number; attempt: number; mayBegin: boolean }
  /** Take back every claim that has not begun on its host. */
  | { kind: 'withdraw' }
  | { kind: 'set-bake'; stage: number; dueAt: number }
  | { kind: 'clear-bake' }
  | { kind: 'answer'; id: string; answer: Answer }
  | { kind: 'record'; fact: Fact }

/** What the audit trail says beside the events themselves. */
export type Fact =
  | { kind: 'approved'; by: Person; missing: number }
  | { kind: 'stage-started'; stage: string; hosts: number }
  | { kind: 'stage-finished'; stage: string }
  | { kind: 'halted'; reason: HaltReason }
  | { kind: 'finished'; phase: RolloutPhase }

export const ENDED: readonly RolloutPhase[] = ['succeeded', 'failed', 'aborted', 'superseded']

/** Nothing of it is in flight: a newer rollout of its environment takes its place, where anything else is in the way. */
export const REPLACED: readonly RolloutPhase[] = ['unapproved', 'halted']

export function isReplaced(phase: RolloutPhase): boolean {
  return REPLACED.includes(phase)
}

/** false: it never had the approvals that it needs, so no host knows of it. */
export function hasBegun({ approvals }: Pick<RolloutCursor, 'approvals'>): boolean {
  return !approvals || missingApprovals(approvals) === 0
}

/** It goes no further by itself: a person must come. */
export function restsForPerson(phase: RolloutPhase): boolean {
  return phase === 'unapproved' || phase === 'halted' || phase === 'waiting'
}

/** A person asked for it and nobody has approved it yet: a merge does not take its place. */
export function waitsForPerson({ phase, approvals }: Pick<RolloutCursor, 'phase' | 'approvals'>): boolean {
  return phase === 'unapproved' && approvals?.automatic !== true
}

export function hasEnded(phase: RolloutPhase): boolean {
  return ENDED.includes(phase)
}

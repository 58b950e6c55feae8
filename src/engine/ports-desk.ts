// What a door may ask for people, whichever door it is: the port `Desk`. It decides rights, ownership and what a ref means; a door
// only reads what was said and words what came of it.

import type { Target } from '../core/command.ts'
import type { Person, Refusal } from '../core/intent.ts'
import type { LockOutcome } from '../core/lock.ts'
import type { Asked } from '../core/origin.ts'
import type { Plan } from '../core/plan.ts'

export type Asker = {
  person: Person
  /** Unique: what it causes carries it, and asked again it answers the same. */
  intent: string
  /** When it was asked, ms since 1970, by the clock of whoever carried it here. What was pushed later is not deployed. */
  at: number
  /** Where it was asked, so that it is told of there too. */
  asked?: Asked
}

export type DeployAct = {
  verb: 'deploy'
  /** As it was typed; absent: the head of the pull request that it was asked on, or of the default branch. */
  ref?: string
  /** Also hosts that run the release already. */
  all: boolean
  /** Also a release that does not contain what runs there. */
  backwards: boolean
  reason?: string
  /** The digest of the plan that the person saw: another one is not carried out. */
  approvedDigest?: string
}

/**
 * An act that somebody asks for. `rollout`: the one that they saw; it must be its environment's newest. `mark`: how far it had come
 * (`standMark`); it goes on only from there.
 */
export type Act = { target: Target; rollout?: string; mark?: string } & (
  | DeployAct
  | { verb: 'rollback'; to?: string; reason?: string }
  | { verb: 'halt' | 'resume' | 'continue' | 'retry' | 'abort' }
  | { verb: 'approve'; release?: string }
  | { verb: 'skip'; host: string }
  | { verb: 'lock'; reason?: string; forMs?: number }
  | { verb: 'unlock'; steal: boolean }
)

/** `begun`: a rollout that tells of itself. `accepted`: it shows in one that is told of already. */
export type Acted =
  | { kind: 'begun'; rollout: string }
  | { kind: 'accepted'; rollout?: string }
  | { kind: 'locks'; outcome: Exclude<LockOutcome, Refusal> }
  | Refusal

/** An environment that somebody may see. */
export type SeenPlace = Target & {
  /** Owner and name. Absent: it belongs to this server's own project. */
  repository?: string
  /** Where it is seen by those who use it. */
  url?: string
  deploy: 'manual' | 'on-merge' | 'on-green'
  /** A person is shown the plan and must confirm it. */
  confirms: boolean
}

export type SeenRef = { ref: string; kind: 'branch' | 'tag' | 'release'; sha?: string }

/** Rejects when whoever knows (GitHub) cannot be asked: nobody gets a right by an outage. */
export interface Desk {
  /** What this person may see. */
  places(person: Person): Promise<readonly SeenPlace[]>
  /** `undefined`: may. */
  mayLook(person: Person, application: string): Promise<Refusal | undefined>
  /** For showing buttons only: `act` asks again at the moment of the act. `approve`: what waits there now. */
  mayAct(person: Person, target: Target, verb?: 'approve'): Promise<Refusal | undefined>
  /** Rights first, then whose environment it is. A refusal is in the audit before it is answered. */
  act(asker: Asker, act: Act): Promise<Acted>
  /** What a deploy would do now; nothing is stored. */
  plan(asker: Asker, deploy: Extract<Act, { verb: 'deploy' }>): Promise<Plan | Refusal>
  /** At most 25, for a search box. */
  refs(person: Person, target: Target, typed: string): Promise<readonly SeenRef[]>
}

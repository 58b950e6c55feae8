// What projections need: an outside world with objects (`Forge`, `Chat`), and the memory of what was brought there
// (`ProjectionStore`). A rollout never waits for anything named here.

import type { Limit } from '../core/project-budget.ts'
import type { ChatObject } from '../core/project-chat.ts'
import type { ForgeObject } from '../core/project-forge.ts'
import type { Desired, ProjectionView } from '../core/project-object.ts'
import type { RolloutPhase } from '../core/rollout.ts'
import type { Wake } from './ports.ts'

// ---- The outside world -----------------------------------------------------------------------------------------------

/** One object on its way out. `marker` is unique for ever, [0-9A-Za-z:/._-], and must be findable on what `create` makes. */
export type Outgoing<Content> = {
  marker: string
  content: Content
  /** Outside id of the object it hangs under. */
  parent?: string
}

/** What became of a write. Expected outcomes are data; an adapter throws only for bugs. */
export type Written =
  /** `id`: whatever the adapter needs to find the object again. */
  | { kind: 'done'; id: string }
  /** Told to slow down: certainly not written. */
  | { kind: 'limited'; retryAfterMs?: number }
  /** 5xx, timeout, connection cut or refused: it may be written or not. */
  | { kind: 'unsure'; why: string }
  /** The object (on `create`: its parent) was deleted outside. */
  | { kind: 'gone' }
  /** Will never be taken as it is: validation, missing rights. */
  | { kind: 'refused'; why: string }

export type Found =
  | { kind: 'found'; id: string }
  | { kind: 'absent' }
  | Extract<Written, { kind: 'limited' | 'unsure' | 'refused' }>

/** An outside world. Each call ends within 8 seconds (`unsure` then), does not retry, and aborts with `signal`. */
export interface Outside<Content> {
  /** Looks an object up that may have been created before. */
  find(object: Outgoing<Content>, signal: AbortSignal): Promise<Found>
  create(object: Outgoing<Content>, signal: AbortSignal): Promise<Written>
  /** Makes the object `id` look like this. Safe to repeat. */
  update(id: string, object: Outgoing<Content>, signal: AbortSignal): Promise<Written>
}

export type Forge = Outside<ForgeObject>
export type Chat = Outside<ChatObject>

/** Writes that are counted together, by all replicas: of an installation, of a message. */
export type Budget = { key: string; limits: readonly Limit[] }

/** A place where rollouts are told of. `name` is stable: it is stored. */
export interface Surface<Content = unknown> {
  name: string
  outside: Outside<Content>
  /** Pure: the same view gives the same objects. None: nothing is told there. */
  desired(view: ProjectionView): readonly Desired<Content>[]
  /** What a write of this object, of this rollout, is counted against. */
  budgets(object: Desired<Content>, rollout: string): readonly Budget[]
}

// ---- What was brought there ------------------------------------------------------------------------------------------

/** What is known of one outside object. */
export type Projected = {
  key: string
  /** Grows with each creation that is begun; part of the marker. */
  life: number
  /** A creation was begun: the object may exist already, with this content. */
  creating?: { digest: string }
  outsideId?: string
  /** Of the content that the outside object has. */
  digest?: string
  /** This content was refused: not tried again before it changes. */
  refusal?: { digest: string; why: string }
  /** How often it was deleted outside. */
  lost: number
}

/** The authority to write about a projection, until somebody else opens it. */
export type ProjectionHold = { rollout: string; surface: string; epoch: number }

export type OpenProjection = {
  hold: ProjectionHold
  /** Passes in a row that did not get through. */
  attempts: number
  objects: Projected[]
}

/** How a pass ended. `seq`, `phase`: the state that was rendered. */
export type PassEnd = {
  seq: number
  phase: RolloutPhase
  attempts: number
  /** Something is left to do, whatever happens to the rollout. */
  left: boolean
  /** The next pass comes not before so many ms, unless the phase changes. */
  afterMs: number
}

export type Taken = { kind: 'granted' } | { kind: 'wait'; ms: number }

/** Times are the database's. */
export interface ProjectionStore {
  /** From now on every rollout that is created, by any process, is projected to these surfaces. Safe to repeat. */
  serve(surfaces: readonly string[]): Promise<void>
  /** Projections that are due and behind their rollout: by its trail's number, by its phase, or with something left to do. */
  pending(): Promise<Wake[]>
  /** Takes a projection; whoever had it can write no more. `undefined`: there is none. */
  open(rollout: string, surface: string): Promise<OpenProjection | undefined>
  /** What is known of the objects of a rollout; for parents in earlier rollouts. */
  objects(rollout: string, surface: string): Promise<Projected[]>
  /** Remembers what is known of one object. `stale`: the hold is another's by now, nothing was written. */
  note(hold: ProjectionHold, object: Projected): Promise<'noted' | 'stale'>
  /** Ends a pass; with nothing left to do and the rollout ended as rendered, the projection rests. */
  settle(hold: ProjectionHold, end: PassEnd): Promise<'noted' | 'stale'>
  /** Counts one write against all these budgets, or against none of them. One without limits only asks that it is not paused. */
  take(budgets: readonly Budget[]): Promise<Taken>
  /** Nothing is granted from these budgets for so long: the outside said so. */
  pause(budgets: readonly Pick<Budget, 'key'>[], ms: number): Promise<void>
}

/** One projection is worked on by one process at a time. */
export function projectionWake({ rollout, surface }: { rollout: string; surface: string }): Wake {
  const id = `${rollout}/${surface}`
  return { id, key: id }
}

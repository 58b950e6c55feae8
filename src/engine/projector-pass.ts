// One pass of the projector over the objects of a rollout and surface: the urgent ones first, parents before what hangs
// under them. It keeps what is known of each object in step with the store.

import type { Desired, Urgency } from '../core/project-object.ts'
import type { Clock, Ids } from './ports.ts'
import type { OpenProjection, Projected, ProjectionStore, Surface } from './ports-outside.ts'
import { type Brought, bringObject } from './projector-object.ts'

export type PassDeps = { projections: ProjectionStore; clock: Clock; ids: Ids }

/**
 * What a pass came to. `waitMs`: something waits for a budget; `failed`: something could
 * not be done; not before `notBeforeMs` when the outside said so.
 */
export type PassSum = { written: number; failed: boolean; waitMs?: number; notBeforeMs?: number }

/** The parent of an object: what to write it under, or that this is not possible now, or never. */
export type Parent = { kind: 'none' } | { kind: 'known'; id: string } | { kind: 'not-yet' } | { kind: 'never' }

/** So many objects in a row about which the outside gave no clear answer: it is not well, and is left in peace. */
const MOST_UNSURE = 3
/** A pass that lasts longer renders again first: the state has moved on. */
const LONGEST_MS = 10_000

const ORDER: Readonly<Record<Urgency, number>> = { final: 0, phase: 1, progress: 2 }

export class ProjectorPass {
  readonly deps: PassDeps
  readonly surface: Surface
  readonly signal: AbortSignal
  /** Passes in a row, before this one, that did not get through. */
  readonly attempts: number
  readonly #open: OpenProjection
  readonly #known: Map<string, Projected>
  readonly #brought = new Map<string, Promise<Brought>>()
  #wanted: readonly Desired<unknown>[] = []

  constructor(deps: PassDeps, of: { surface: Surface; open: OpenProjection; signal: AbortSignal }) {
    this.deps = deps
    this.surface = of.surface
    this.signal = of.signal
    this.attempts = of.open.attempts
    this.#open = of.open
    this.#known = new Map(of.open.objects.map((object) => [object.key, object]))
  }

  /** `undefined`: cut off; nothing may be said about how far it came. */
  async bring(wanted: readonly Desired<unknown>[]): Promise<PassSum | undefined> {
    this.#wanted = wanted
    const { clock } = this.deps
    const began = clock.monotonic()
    const sum: PassSum = { written: 0, failed: false }
    let unsure = 0
    for (const object of [...wanted].sort((a, b) => ORDER[a.urgency] - ORDER[b.urgency])) {
      const brought = await this.#bringOnce(object)
      if (brought.kind === 'cut-off') return undefined
      count(sum, brought)
      unsure = brought.kind === 'failed' ? unsure + 1 : 0
      if (unsure >= MOST_UNSURE) return sum
      if (clock.monotonic() - began > LONGEST_MS) return { ...sum, waitMs: 0 }
    }
    return sum
  }

  get rollout(): string {
    return this.#open.hold.rollout
  }

  known(key: string): Projected {
    return this.#known.get(key) ?? { key, life: 0, lost: 0 }
  }

  /** false: another has taken the projection; nothing may be written any more. */
  async note(object: Projected): Promise<boolean> {
    const noted = await this.deps.projections.note(this.#open.hold, object)
    if (noted === 'noted') this.#known.set(object.key, object)
    return noted === 'noted'
  }

  /** It was deleted outside, and with it what hung under it. */
  async noteLost(key: string): Promise<boolean> {
    const { outsideId: _id, digest: _digest, creating: _creating, ...rest } = this.known(key)
    if (!(await this.note({ ...rest, lost: rest.lost + 1 }))) return false
    for (const child of this.#wanted.filter(({ parent }) => parent?.key === key && parent.rollout === undefined)) {
      const { outsideId: _outsideId, digest: _content, creating: _begun, ...bare } = this.known(child.key)
      if (!(await this.note(bare))) return false
    }
    return true
  }

  async parentOf({ parent }: Desired<unknown>): Promise<Parent> {
    if (!parent) return { kind: 'none' }
    if (parent.rollout !== undefined) {
      const objects = await this.deps.projections.objects(parent.rollout, this.surface.name)
      const id = objects.find(({ key }) => key === parent.key)?.outsideId
      return id === undefined ? { kind: 'never' } : { kind: 'known', id }
    }
    const wanted = this.#wanted.find(({ key }) => key === parent.key)
    if (!wanted) return { kind: 'never' }
    const brought = await this.#bringOnce(wanted)
    const id = this.known(parent.key).outsideId
    if (id !== undefined) return { kind: 'known', id }
    return brought.kind === 'settled' ? { kind: 'never' } : { kind: 'not-yet' }
  }

  #bringOnce(object: Desired<unknown>): Promise<Brought> {
    const begun = this.#brought.get(object.key) ?? bringObject(this, object)
    this.#brought.set(object.key, begun)
    return begun
  }
}

function count(sum: PassSum, brought: Brought): void {
  if (brought.kind === 'written') sum.written += 1
  if (brought.kind === 'failed') {
    sum.failed = true
    sum.notBeforeMs = Math.max(sum.notBeforeMs ?? 0, brought.notBeforeMs ?? 0)
  }
  if (brought.kind === 'wait') sum.waitMs = Math.min(sum.waitMs ?? brought.ms, brought.ms)
}

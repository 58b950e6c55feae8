// An outside world in memory: objects that last, lookups by marker, and every way to fail that a real one has. It counts
// writes and notes what it was never meant to see: two objects of one marker, a child without a parent, limits exceeded.

import type { Limit } from '../../src/core/project-budget.ts'
import type { Clock } from '../../src/engine/ports.ts'
import type { Found, Outgoing, Outside, Written } from '../../src/engine/ports-outside.ts'

/**
 * What happens to one call. `limited` with or without a time; `error-before` and `error-after` the commit, `cut` after it
 * with no answer for a while; `deleted` first; `refused` for good.
 */
export type Weather =
  | 'fine'
  | 'error-before'
  | 'error-after'
  | 'cut'
  | 'deleted'
  | 'refused'
  | 'slow'
  | { kind: 'limited'; retryAfterMs?: number }

export type Call = { at: number; verb: 'find' | 'create' | 'update'; marker: string; weather: Weather }

export type Standing<Content> = {
  id: string
  marker: string
  parent?: string
  /** What was written, the newest last. */
  versions: Content[]
  at: number
  deleted: boolean
}

const SLOW_MS = 2_000
const CUT_MS = 7_000

export class FakeOutside<Content> implements Outside<Content> {
  readonly objects = new Map<string, Standing<Content>>()
  readonly calls: Call[] = []
  /** When contents were written. */
  readonly writes: number[] = []
  readonly faults: string[] = []
  /** Decides what happens to each call; `number` counts from 1. */
  weather: (call: { verb: Call['verb']; object: Outgoing<Content>; number: number; at: number }) => Weather = () =>
    'fine'
  readonly #clock: Clock
  readonly #limits: readonly Limit[]

  /** `limits`: what this world says of itself; a write beyond them is a fault. */
  constructor(clock: Clock, limits: readonly Limit[] = []) {
    this.#clock = clock
    this.#limits = limits
  }

  /** The objects that are there, by marker. */
  get standing(): Standing<Content>[] {
    return [...this.objects.values()].filter(({ deleted }) => !deleted)
  }

  newest(id: string): Content | undefined {
    return this.objects.get(id)?.versions.at(-1)
  }

  remove(id: string): void {
    for (const object of this.objects.values()) if (object.id === id || object.parent === id) object.deleted = true
  }

  find(object: Outgoing<Content>): Promise<Found> {
    return this.#call<Found>('find', object, () => {
      const found = this.standing.find(({ marker }) => marker === object.marker)
      return found ? { kind: 'found', id: found.id } : { kind: 'absent' }
    })
  }

  create(object: Outgoing<Content>): Promise<Written> {
    return this.#call<Written>('create', object, () => {
      if (object.parent !== undefined && !this.#isThere(object.parent)) return { kind: 'gone' }
      const { marker, content, parent } = object
      if (this.standing.some((other) => other.marker === marker)) this.faults.push(`${marker} was created twice`)
      const id = String(this.objects.size + 1)
      const at = this.#clock.now()
      this.objects.set(id, {
        id,
        marker,
        versions: [content],
        at,
        deleted: false,
        ...(parent !== undefined && { parent }),
      })
      this.#count()
      return { kind: 'done', id }
    })
  }

  update(id: string, object: Outgoing<Content>): Promise<Written> {
    return this.#call<Written>('update', object, () => {
      const found = this.objects.get(id)
      if (!found || found.deleted) return { kind: 'gone' }
      found.versions.push(object.content)
      this.#count()
      return { kind: 'done', id }
    })
  }

  #isThere(id: string): boolean {
    return this.objects.get(id)?.deleted === false
  }

  #count(): void {
    const now = this.#clock.now()
    this.writes.push(now)
    for (const { writes, windowMs } of this.#limits) {
      const inWindow = this.writes.filter((at) => at > now - windowMs).length
      if (inWindow > writes) this.faults.push(`${inWindow} writes within ${windowMs} ms`)
    }
  }

  async #call<Answer extends Written | Found>(
    verb: Call['verb'],
    object: Outgoing<Content>,
    commit: () => Answer,
  ): Promise<
    | Answer
    | { kind: 'unsure'; why: string }
    | { kind: 'limited'; retryAfterMs?: number }
    | { kind: 'refused'; why: string }
  > {
    const at = this.#clock.now()
    const weather = this.weather({ verb, object, number: this.calls.length + 1, at })
    this.calls.push({ at, verb, marker: object.marker, weather })
    if (typeof weather === 'object') return weather
    switch (weather) {
      case 'fine':
        return commit()
      case 'slow':
        return await this.#slowly(commit())
      case 'error-before':
        return { kind: 'unsure', why: '502' }
      case 'error-after':
        commit()
        return { kind: 'unsure', why: '502' }
      case 'cut':
        commit()
        await this.#pass(CUT_MS)
        return { kind: 'unsure', why: 'connection cut' }
      case 'refused':
        return { kind: 'refused', why: `validation failed for token ghs_${'a1B2'.repeat(9)}` }
      case 'deleted':
        for (const { id, marker } of this.standing)
          if (marker === object.marker || id === object.parent) this.remove(id)
        return commit()
      default:
        return weather satisfies never
    }
  }

  async #slowly<Answer>(answer: Answer): Promise<Answer> {
    await this.#pass(SLOW_MS)
    return answer
  }

  #pass(ms: number): Promise<void> {
    return new Promise((resolve) => this.#clock.after(ms, resolve))
  }
}

// How all environments stand that somebody watches, and a stream of it for each listener: a snapshot, then the rows that changed. What
// a listener has not seen is told by the rows themselves, so nothing is kept for anybody. Who may see what is decided before.

import type { Target } from '../../core/command.ts'
import type { Clock, Ids } from '../../engine/ports.ts'
import type { EnvironmentRow } from '../view/environment-row.ts'
import { Bell } from './bell.ts'
import { encodeEvent, seqOf, type Told } from './event.ts'
import { FeedsClosed } from './feeds.ts'
import { type EnvironmentStore, readEnvironment, stampOf } from './read-environment.ts'
import type { Source } from './stream.ts'

export type BoardGround = {
  store: EnvironmentStore
  clock: Clock
  ids: Ids
  /** The store did not answer; it is asked again. */
  failed: (fault: Error) => void
}

/** Between two looks; and how many times as long as one took, so that many environments cost a small share of the time. */
const LOOK_MS = 1_000
const LOOK_COST = 20
const BEAT_MS = 15_000

/** `seq`: when `row` last changed, counted by the board. */
type Entry = { target: Target; row?: EnvironmentRow; stamp: string; seq: number; listeners: number }

export class Board {
  readonly #ground: BoardGround
  /** Unique among all boards of all processes: a number means nothing at another one. */
  readonly #id: string
  readonly #entries = new Map<string, Entry>()
  readonly #bell = new Bell()
  #seq = 0
  /** Up to where everybody was woken. */
  #rung = 0
  #stops: (() => void)[] | undefined
  #closed = false

  constructor(ground: BoardGround) {
    this.#ground = ground
    this.#id = ground.ids.next()
  }

  /** Whoever got a source calls `leave` once. Throws `FeedsClosed`. */
  async join(places: readonly Target[]): Promise<{ feed: Source; leave: () => void }> {
    const entries = places.map((place) => this.#hold(place))
    const leave = () => this.#release(entries)
    try {
      // Whoever has just changed something must not see it undone for a moment.
      await Promise.all(entries.map((entry) => this.#look(entry)))
    } catch (error) {
      leave()
      throw error
    }
    if (this.#closed) throw new FeedsClosed()
    this.#stops ??= this.#begin()
    return { feed: this.#sourceOf(entries), leave }
  }

  close(): void {
    this.#closed = true
    this.#rest()
    this.#bell.ring('end')
  }

  #sourceOf(entries: readonly Entry[]): Source {
    // Of other environments, or of another board, a number says nothing.
    const seen = this.#ground.ids.digest(JSON.stringify(entries.map(({ target }) => keyOf(target))))
    const id = `${this.#id}.${seen.slice(0, 16)}`
    const tell = (event: 'snapshot' | 'change', told: readonly Entry[]): Told => {
      const [seq, environments] = [this.#seq, told.map(({ row }) => row)]
      return { seq, bytes: encodeEvent(event, { id: `${id}-${seq}`, data: { seq, environments } }) }
    }
    return {
      seen: (lastEventId) => seqOf(lastEventId, { id, newest: this.#seq }),
      snapshot: () => tell('snapshot', entries),
      after: (seq) => {
        const changed = entries.filter((entry) => entry.seq > seq)
        return changed.length === 0 ? undefined : tell('change', changed)
      },
      next: () => this.#bell.next(),
    }
  }

  #hold(target: Target): Entry {
    const key = keyOf(target)
    const entry = this.#entries.get(key) ?? { target, stamp: '', seq: 0, listeners: 0 }
    entry.listeners += 1
    this.#entries.set(key, entry)
    return entry
  }

  #release(entries: readonly Entry[]): void {
    for (const entry of entries) {
      entry.listeners -= 1
      if (entry.listeners === 0) this.#entries.delete(keyOf(entry.target))
    }
    if (this.#entries.size === 0) this.#rest()
  }

  #begin(): (() => void)[] {
    const stops: (() => void)[] = []
    this.#keepLooking(stops, LOOK_MS)
    this.#keepBeating(stops)
    return stops
  }

  #rest(): void {
    for (const stop of this.#stops ?? []) stop()
    this.#stops = undefined
  }

  #keepLooking(stops: (() => void)[], afterMs: number): void {
    const { clock, failed } = this.#ground
    stops[0] = clock.after(afterMs, async () => {
      const began = clock.monotonic()
      for (const entry of [...this.#entries.values()]) await this.#look(entry).catch(failed)
      if (this.#seq > this.#rung) this.#bell.ring('change')
      this.#rung = this.#seq
      // Those who listened may be gone by now, and others here.
      if (this.#stops === stops) this.#keepLooking(stops, Math.max(LOOK_MS, (clock.monotonic() - began) * LOOK_COST))
    })
  }

  #keepBeating(stops: (() => void)[]): void {
    stops[1] = this.#ground.clock.after(BEAT_MS, () => {
      this.#bell.ring('beat')
      this.#keepBeating(stops)
    })
  }

  /** The stamp is read first: what changes in between is read again. */
  async #look(entry: Entry): Promise<void> {
    const { store } = this.#ground
    const stamp = await stampOf(store, entry.target)
    if (entry.row && stamp === entry.stamp) return
    const row = await readEnvironment(store, entry.target)
    entry.stamp = stamp
    if (JSON.stringify(row) === JSON.stringify(entry.row)) return
    entry.row = row
    this.#seq += 1
    entry.seq = this.#seq
  }
}

function keyOf({ application, environment }: Target): string {
  return JSON.stringify([application, environment])
}

// The feed of one watched rollout, shared by everybody who watches it: a snapshot, then numbered changes, at most four a second,
// each written once for all. It looks at nothing by itself: whoever owns it hands it how the rollout stands.

import type { RolloutFacts } from '../../core/report.ts'
import { type MovingPage, openMovingPage } from '../../core/report-rollout-change.ts'
import type { Clock } from '../../engine/ports.ts'
import { Bell, type Woke } from './bell.ts'
import { encodeEvent, seqOf, type Told } from './event.ts'

/** Between two changes; and how many times as long as one took to make, so that a large fleet costs a small share of the time. */
const GAP_MS = 250
const GAP_COST = 20
/** Kept for those who come back: a minute at full pace, unless that is more than this. */
const RING_CHANGES = 240
const RING_BYTES = 8 * 1024 * 1024

export type FeedOptions = { id: string; facts: RolloutFacts; clock: Clock }

export class Feed {
  /** Unique among all feeds of all processes: a number means nothing in another one. */
  readonly id: string
  readonly #clock: Clock
  readonly #page: MovingPage
  #facts: RolloutFacts
  #pending: RolloutFacts | undefined
  #seq = 0
  #snapshot: Told | undefined
  #ring: Told[] = []
  #ringBytes = 0
  #notBefore = 0
  #cancel: (() => void) | undefined
  readonly #bell = new Bell()
  #ended = false

  constructor({ id, facts, clock }: FeedOptions) {
    this.id = id
    this.#clock = clock
    this.#facts = facts
    this.#page = openMovingPage(facts)
  }

  get facts(): RolloutFacts {
    return this.#pending ?? this.#facts
  }

  /** How it stands now; told of as soon as the pace allows. */
  stand(facts: RolloutFacts): void {
    if (this.#ended) return
    this.#pending = facts
    this.#cancel ??= this.#clock.after(Math.max(0, this.#notBefore - this.#clock.monotonic()), () => this.#tell())
  }

  /** The page as it is at the newest change. */
  snapshot(): Told {
    const seq = this.#seq
    this.#snapshot ??= {
      seq,
      bytes: encodeEvent('snapshot', { id: this.#idOf(seq), data: { seq, ...this.#page.page() } }),
    }
    return this.#snapshot
  }

  /** The change after `seq`; `undefined` while there is none. What is not kept any more is in the snapshot. */
  after(seq: number): Told | undefined {
    if (seq >= this.#seq) return undefined
    const oldest = this.#ring[0]?.seq
    return oldest === undefined || seq + 1 < oldest ? this.snapshot() : this.#ring[seq + 1 - oldest]
  }

  /** The number that a listener has seen, by the id of the last event it got; `undefined`: it needs a snapshot. */
  seen(lastEventId: string | undefined): number | undefined {
    return seqOf(lastEventId, { id: this.id, newest: this.#seq })
  }

  /** One promise for all who wait. */
  next(): Promise<Woke> {
    return this.#bell.next()
  }

  /** Wakes everybody, so that they show that the connection lives. */
  beat(): void {
    this.#bell.ring('beat')
  }

  end(): void {
    this.#ended = true
    this.#cancel?.()
    this.#bell.ring('end')
  }

  #tell(): void {
    this.#cancel = undefined
    const facts = this.#pending
    if (!facts) return
    this.#pending = undefined
    this.#facts = facts
    const began = this.#clock.monotonic()
    const change = this.#page.move(facts)
    if (change)
      this.#keep(encodeEvent('change', { id: this.#idOf(this.#seq + 1), data: { seq: this.#seq + 1, ...change } }))
    const took = this.#clock.monotonic() - began
    this.#notBefore = began + Math.max(GAP_MS, took * GAP_COST)
  }

  #keep(bytes: Uint8Array): void {
    this.#seq += 1
    this.#snapshot = undefined
    this.#ring.push({ seq: this.#seq, bytes })
    this.#ringBytes += bytes.length
    while (this.#ring.length > RING_CHANGES || this.#ringBytes > RING_BYTES)
      this.#ringBytes -= this.#ring.shift()?.bytes.length ?? 0
    this.#bell.ring('change')
  }

  #idOf(seq: number): string {
    return `${this.id}-${seq}`
  }
}

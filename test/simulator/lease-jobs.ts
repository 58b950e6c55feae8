// The port `Jobs` of one simulated process over the queue that all share: fetches, renews its leases, sweeps. The real one
// does the same over pg-boss; both pass wakes on that may be lost or come twice.

import type { Clock, Jobs, Wake } from '../../src/engine/ports.ts'
import { LEASE_MS, type Lease, type LeaseQueue } from './lease-queue.ts'

const FETCH_EVERY_MS = 1_000
const BEAT_EVERY_MS = 3_000
const SWEEP_EVERY_MS = 2_000
const SHORT_DRIVE_MS = 1_000

type Drive = Parameters<Jobs['start']>[0]
type Held = { lease: Lease; abort: AbortController; done: Promise<void>; missed: boolean }

export type LeaseJobsDeps = {
  queue: LeaseQueue
  clock: Clock
  /** Takes a call to the database, which may fail or never answer. */
  send: <Value>(what: string, call: () => Value) => Promise<Value>
  pending: () => Promise<readonly Wake[]>
  /** How many times a wake arrives. */
  arrivals: () => number
}

export class LeaseJobs implements Jobs {
  readonly #deps: LeaseJobsDeps
  readonly #held = new Set<Held>()
  #drive: Drive | undefined
  #fetching = false
  #lastBeat = 0
  #stopped = false

  constructor(deps: LeaseJobsDeps) {
    this.#deps = deps
  }

  async wake(wake: Wake): Promise<void> {
    for (const held of this.#held) if (held.lease.key === wake.key) held.missed = true
    const { queue, send, arrivals } = this.#deps
    await send('wake', () => {
      for (let times = arrivals(); times > 0; times--) queue.add(wake)
    })
    void this.#fetch()
  }

  async start(drive: Drive): Promise<void> {
    this.#drive = drive
    this.#lastBeat = this.#deps.clock.monotonic()
    this.#every(FETCH_EVERY_MS, () => this.#fetch())
    this.#every(BEAT_EVERY_MS, () => this.#beat())
    this.#every(SWEEP_EVERY_MS, () => this.#sweep())
    await this.#sweep()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    for (const { abort } of this.#held) abort.abort(new Error('This process stops'))
    await Promise.all([...this.#held].map(({ done }) => done))
  }

  #every(ms: number, call: () => Promise<void>): void {
    this.#deps.clock.after(ms, () => {
      if (this.#stopped) return
      void call()
      this.#every(ms, call)
    })
  }

  async #fetch(): Promise<void> {
    if (this.#fetching || this.#stopped || !this.#drive) return
    this.#fetching = true
    const { queue, send } = this.#deps
    const leases = await send('fetch', () => queue.take()).catch(() => [])
    this.#fetching = false
    for (const lease of leases) this.#hold(lease)
  }

  #hold(lease: Lease): void {
    const held: Held = { lease, abort: new AbortController(), done: Promise.resolve(), missed: false }
    if (this.#stopped) held.abort.abort(new Error('This process stops'))
    const earlier = [...this.#held].filter((other) => other.lease.key === lease.key).map(({ done }) => done)
    this.#held.add(held)
    held.done = this.#run(held, earlier)
  }

  async #run(held: Held, earlier: readonly Promise<void>[]): Promise<void> {
    const { queue, send, clock } = this.#deps
    const { lease, abort } = held
    const began = clock.monotonic()
    await Promise.all(earlier)
    try {
      if (!abort.signal.aborted) await this.#drive?.(lease.id, abort.signal)
      await send('end', () => (abort.signal.aborted ? queue.giveBack(lease) : queue.remove(lease)))
    } catch {
      await send('give back', () => queue.giveBack(lease)).catch(() => {})
    }
    this.#held.delete(held)
    if (held.missed || clock.monotonic() - began >= SHORT_DRIVE_MS) void this.#sweep()
  }

  async #beat(): Promise<void> {
    const { queue, send, clock } = this.#deps
    const held = [...this.#held]
    try {
      const lost = held.length === 0 ? [] : await send('beat', () => queue.renew(held.map(({ lease }) => lease)))
      this.#lastBeat = clock.monotonic()
      for (const { lease, abort } of held) if (lost.includes(lease)) abort.abort(new Error('lost'))
    } catch {
      if (clock.monotonic() - this.#lastBeat >= LEASE_MS) for (const { abort } of held) abort.abort(new Error('lost'))
    }
  }

  async #sweep(): Promise<void> {
    if (this.#stopped) return
    const { queue, send, pending } = this.#deps
    try {
      const wakes = await pending()
      if (wakes.length > 0) await send('sweep', () => queue.addAll(wakes))
      await this.#fetch()
    } catch {
      // The next sweep comes in any case.
    }
  }
}

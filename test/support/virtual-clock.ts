// The port `Clock` for tests: time passes only when a test lets it, from one timer to the next. Nothing ever sleeps.

import type { Clock } from '../../src/engine/ports.ts'

type Timer = { at: number; order: number; call: () => void; cancelled: boolean }

export class VirtualClock implements Clock {
  #now = 1_000_000
  #order = 0
  /** Wall time runs ahead of monotonic time by this much; somebody may set it. */
  #aheadMs = 0
  /** A binary heap, the next one first. */
  readonly #timers: Timer[] = []

  now(): number {
    return this.#now + this.#aheadMs
  }

  monotonic(): number {
    return this.#now
  }

  /** Somebody sets the wall clock. Monotonic time goes on as it was. */
  jump(ms: number): void {
    this.#aheadMs += ms
  }

  after(ms: number, call: () => void): () => void {
    const timer = { at: this.#now + Math.max(0, ms), order: this.#order++, call, cancelled: false }
    this.#push(timer)
    return () => {
      timer.cancelled = true
    }
  }

  /** Lets time pass until `done`, and no longer than `withinMs`; everything that is due happens in its order. */
  async until(done: () => boolean | Promise<boolean>, withinMs = 600_000): Promise<void> {
    const end = this.#now + withinMs
    for (await quiet(); !(await done()); await quiet())
      if (!this.#fireNext(end)) throw new Error(`still waiting after ${this.#now - end + withinMs} ms: ${done}`)
  }

  async pass(ms: number): Promise<void> {
    const end = this.#now + ms
    for (await quiet(); this.#fireNext(end); await quiet());
    this.#now = end
  }

  /** Lets the next timer happen that is due until `end`; false when there is none. */
  #fireNext(end: number): boolean {
    for (let next = this.#timers[0]; next && next.at <= end; next = this.#timers[0]) {
      this.#pop()
      if (next.cancelled) continue
      this.#now = Math.max(this.#now, next.at)
      next.call()
      return true
    }
    return false
  }

  #push(timer: Timer): void {
    const heap = this.#timers
    let place = heap.length
    heap.push(timer)
    while (place > 0) {
      const above = (place - 1) >> 1
      const parent = heap[above]
      if (!parent || !isBefore(timer, parent)) break
      heap[place] = parent
      place = above
    }
    heap[place] = timer
  }

  #pop(): void {
    const heap = this.#timers
    const last = heap.pop()
    if (!last || heap.length === 0) return
    let place = 0
    for (;;) {
      const left = 2 * place + 1
      const [a, b] = [heap[left], heap[left + 1]]
      if (!a) break
      const below = b && isBefore(b, a) ? left + 1 : left
      const child = heap[below]
      if (!child || !isBefore(child, last)) break
      heap[place] = child
      place = below
    }
    heap[place] = last
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}

/** Until every promise that can go on has gone on: a turn of the event loop, no time. */
function quiet(): Promise<void> {
  return new Promise<void>((resolve) => setImmediate(resolve))
}

// The port `Clock` for tests: time passes only when a test lets it, from one timer to the next. Nothing ever sleeps.

import type { Clock } from '../../src/engine/ports.ts'

type Timer = { at: number; order: number; call: () => void }

export class VirtualClock implements Clock {
  #now = 1_000_000
  #order = 0
  readonly #timers = new Set<Timer>()

  now(): number {
    return this.#now
  }

  monotonic(): number {
    return this.#now
  }

  after(ms: number, call: () => void): () => void {
    const timer = { at: this.#now + Math.max(0, ms), order: this.#order++, call }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  /** Lets time pass until `done`, and no longer than `withinMs`; everything that is due happens in its order. */
  async until(done: () => boolean | Promise<boolean>, withinMs = 600_000): Promise<void> {
    const end = this.#now + withinMs
    for (await quiet(); !(await done()); await quiet()) {
      const next = this.#next()
      if (!next || next.at > end) throw new Error(`still waiting after ${this.#now - end + withinMs} ms: ${done}`)
      this.#fire(next)
    }
  }

  async pass(ms: number): Promise<void> {
    const end = this.#now + ms
    for (await quiet(); ; await quiet()) {
      const next = this.#next()
      if (!next || next.at > end) break
      this.#fire(next)
    }
    this.#now = end
  }

  #next(): Timer | undefined {
    return [...this.#timers].sort((a, b) => a.at - b.at || a.order - b.order)[0]
  }

  #fire(timer: Timer): void {
    this.#timers.delete(timer)
    this.#now = Math.max(this.#now, timer.at)
    timer.call()
  }
}

/** Until every promise that can go on has gone on: two turns of the event loop, no time. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise<void>((resolve) => setImmediate(resolve))
}

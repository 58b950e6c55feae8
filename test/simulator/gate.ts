// Everything that can make a process go on passes its gate: it is awake, stands still for a while, or is dead.

import type { Clock } from '../../src/engine/ports.ts'

export class Gate {
  #state: 'awake' | 'paused' | 'dead' = 'awake'
  #held: (() => void)[] = []

  get state(): 'awake' | 'paused' | 'dead' {
    return this.#state
  }

  /** Now, when it wakes, or never. */
  pass(call: () => void): void {
    if (this.#state === 'awake') call()
    else if (this.#state === 'paused') this.#held.push(call)
  }

  pause(): void {
    if (this.#state === 'awake') this.#state = 'paused'
  }

  wake(): void {
    if (this.#state !== 'paused') return
    this.#state = 'awake'
    // What is held may pause or kill it again.
    const held = this.#held
    this.#held = []
    for (const call of held) this.pass(call)
  }

  die(): void {
    this.#state = 'dead'
    this.#held = []
  }

  /** Time as a process behind this gate has it: it goes on, and its timers wait. */
  clock(clock: Clock): Clock {
    return {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      after: (ms, call) => {
        let cancelled = false
        const cancel = clock.after(ms, () => this.pass(() => cancelled || call()))
        return () => {
          cancelled = true
          cancel()
        }
      },
    }
  }
}

// The machine's clock: wall time for the record, monotonic timers for waiting.

import type { Clock } from '../../engine/ports.ts'

/** Node's timers hold at most this long; longer waits are made of several. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (ms, call) => {
    let timer: NodeJS.Timeout
    const arm = (left: number) => {
      const part = Math.min(left, LONGEST_TIMER_MS)
      timer = setTimeout(() => (left > part ? arm(left - part) : call()), part)
    }
    arm(Math.max(0, ms))
    return () => clearTimeout(timer)
  },
}

// Caps dials: so many at once, so many a second. Whatever dials asks here first, retries too.

import type { FullSettings } from './settings.ts'

/** Resolves when a dial may begin; call what it gives when the dial has ended, however. */
export type DialLimit = () => Promise<() => void>

export function createDialLimit(dials: FullSettings['dials']): DialLimit {
  const waiting: (() => void)[] = []
  let head = 0
  let open = 0
  let tokens = dials.perSecond
  let refilledAt = performance.now()
  let timer: NodeJS.Timeout | undefined

  function refill() {
    const now = performance.now()
    tokens = Math.min(dials.perSecond, tokens + ((now - refilledAt) * dials.perSecond) / 1_000)
    refilledAt = now
  }

  function next() {
    refill()
    while (head < waiting.length && open < dials.atOnce && tokens >= 1) {
      open += 1
      tokens -= 1
      waiting[head]?.()
      head += 1
    }
    if (head === waiting.length) {
      waiting.length = 0
      head = 0
    } else if (open < dials.atOnce && !timer) {
      timer = setTimeout(() => {
        timer = undefined
        next()
      }, 1_000 / dials.perSecond)
    }
  }

  function release() {
    open -= 1
    next()
  }

  return () =>
    new Promise((resolve) => {
      waiting.push(() => resolve(release))
      next()
    })
}

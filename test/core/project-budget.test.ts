// Budgets of writes: no window is ever exceeded, waits are exact, and progress leaves room for what is urgent.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Limit, recent, shareOf, waitFor } from '../../src/core/project-budget.ts'

const LIMITS: Limit[] = [
  { writes: 8, windowMs: 60_000 },
  { writes: 50, windowMs: 3_600_000 },
]

it('a write as soon as it is allowed exceeds no window, and one millisecond earlier would', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 90_000 }), { maxLength: 120 }), (gaps) => {
      let [now, writes] = [1_000_000, [] as number[]]
      const all: number[] = []
      for (const gap of gaps) {
        now += gap
        const wait = waitFor(writes, LIMITS, now)
        if (wait > 0) expect(waitFor(writes, LIMITS, now + wait - 1)).toBeGreaterThan(0)
        now += wait
        writes = [...recent(writes, LIMITS, now), now]
        all.push(now)
        for (const { writes: most, windowMs } of LIMITS)
          expect(all.filter((at) => at > now - windowMs).length).toBeLessThanOrEqual(most)
      }
    }),
  )
})

it('each urgency leaves room for the next, and progress is spread over a long window', () => {
  const hour = (urgency: 'final' | 'phase' | 'progress') =>
    shareOf([{ writes: 500, windowMs: 3_600_000 }], urgency).map(({ writes, windowMs }) => [writes, windowMs])
  expect(hour('final')).toEqual([[500, 3_600_000]])
  expect(hour('phase')).toEqual([[425, 3_600_000]])
  expect(hour('progress')).toEqual([
    [300, 3_600_000],
    [50, 600_000],
    [5, 60_000],
  ])
})

it('a limit of one write stays one for everybody', () => {
  for (const urgency of ['final', 'phase', 'progress'] as const)
    expect(shareOf([{ writes: 1, windowMs: 3_000 }], urgency)).toEqual([{ writes: 1, windowMs: 3_000 }])
})

// The last words of a way: GitHub should learn how a rollout ended, and the step must end in time whatever GitHub does.

import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { letGo } from '../../action/src/let-go.ts'
import { openRunnerLog } from '../../action/src/runner-log.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** After how many ms it is let go. `tellsMs`: what telling takes; `overMs`: when the job has no time left. */
async function endsAfter(tellsMs: number, overMs?: number): Promise<number> {
  const over = new AbortController()
  if (overMs !== undefined) setTimeout(() => over.abort(), overMs)
  const close = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, Math.min(ms, tellsMs)))
  const began = Date.now()
  let ended = -1
  void letGo({ close }, { interruption: { over: over.signal }, log: openRunnerLog(() => {}) }).then(() => {
    ended = Date.now() - began
  })
  await vi.advanceTimersByTimeAsync(20_000)
  return ended
}

it.each<[string, number, number | undefined, number]>([
  ['at once when all is told', 0, undefined, 0],
  ['when all is told', 3_000, undefined, 3_000],
  ['in time when GitHub does not answer', 1e9, undefined, 10_000],
  ['when all is told, of a cancelled job that has time', 3_000, 8_500, 3_000],
  ['when its time is over, of a cancelled job', 1e9, 8_500, 8_900],
  ['soon, of a job that is cancelled while it tells', 1e9, 1_500, 1_900],
])('lets go %s', async (_, tells, over, wanted) => {
  expect(await endsAfter(tells, over)).toBe(wanted)
})

it('is not kept by a way that hangs or fails in its end', async () => {
  let said = ''
  const log = openRunnerLog((text) => {
    said += text
  })
  const over = new AbortController().signal
  const never = letGo({ close: () => new Promise(() => {}) }, { interruption: { over }, log })
  await vi.advanceTimersByTimeAsync(10_300)
  await never
  await letGo({ close: () => Promise.reject(new Error('the end')) }, { interruption: { over }, log })
  expect(said).toContain('the end')
})

// What a rival that is written in Node says of itself, as its last line: the work's time, its memory, its event loop.

import { monitorEventLoopDelay } from 'node:perf_hooks'

/** Starts the clock; the returned function stops it and prints. */
export function startReport(): (outcome: Readonly<Record<string, unknown>>) => void {
  // Resolution 1 ms: its own timer delays are subtracted below.
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const startedAt = performance.now()
  const cpuBefore = process.cpuUsage()
  return (outcome) => {
    const workMs = performance.now() - startedAt
    const { user, system } = process.cpuUsage(cpuBefore)
    const workCpuMs = (user + system) / 1_000
    delay.disable()
    const eventLoopP99Ms = Math.max(0, delay.percentile(99) / 1e6 - 1)
    const eventLoopMaxMs = Math.max(0, delay.max / 1e6 - 1)
    const ownPeakMb = process.resourceUsage().maxRSS / 1_000
    const figures = { workMs, workCpuMs, ownPeakMb, eventLoopP99Ms, eventLoopMaxMs }
    process.stdout.write(`${JSON.stringify({ ...figures, ...outcome })}\n`)
  }
}

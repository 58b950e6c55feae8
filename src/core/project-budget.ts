// Budgets of writes to the outside world: exact sliding windows, and the share of them that each urgency may spend, so
// that the progress of hosts never uses up what the end of a rollout needs. Pure arithmetic.

import type { Urgency } from './project-object.ts'

/** At most `writes` in any stretch of `windowMs`. */
export type Limit = { writes: number; windowMs: number }

const SHARES: Readonly<Record<Urgency, number>> = { final: 1, phase: 0.85, progress: 0.6 }
/** Long windows are also kept in parts this small, so that progress goes on evenly and does not end in the first minutes. */
const PARTS = [6, 60]
const LONG_MS = 10 * 60_000

/** What an object of this urgency may spend, counting the writes of all. */
export function shareOf(limits: readonly Limit[], urgency: Urgency): Limit[] {
  const shares = limits.map((limit) => part(limit, SHARES[urgency], 1))
  if (urgency !== 'progress') return shares
  const long = limits.filter(({ windowMs }) => windowMs >= LONG_MS)
  return [...shares, ...long.flatMap((limit) => PARTS.map((parts) => part(limit, SHARES.progress, parts)))]
}

function part({ writes, windowMs }: Limit, share: number, parts: number): Limit {
  return { writes: Math.max(1, Math.floor((writes * share) / parts)), windowMs: windowMs / parts }
}

/** How long until one more write is inside all limits; 0 is now. `writes`: when the earlier ones were, in any order. */
export function waitFor(writes: readonly number[], limits: readonly Limit[], now: number): number {
  const sorted = [...writes].sort((a, b) => a - b)
  return limits.reduce((most, limit) => {
    const blocking = sorted.at(-limit.writes)
    return blocking === undefined ? most : Math.max(most, blocking + limit.windowMs - now)
  }, 0)
}

/** The writes that still matter to these limits. */
export function recent(writes: readonly number[], limits: readonly Limit[], now: number): number[] {
  const longest = limits.reduce((most, { windowMs }) => Math.max(most, windowMs), 0)
  return writes.filter((at) => at > now - longest)
}

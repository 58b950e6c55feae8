// Which faults happen when: spread over the run, drawn from the seed. Whom they hit is decided when they happen.

import type { Dice } from './dice.ts'

export const FAULTS = [
  'kill',
  'pause',
  'drain',
  'postgres-restart',
  'database-cut',
  'runner-kill',
  'runner-pause',
  'host-cut',
  'host-down',
] as const

export type FaultKind = (typeof FAULTS)[number]
export type FaultCounts = Record<FaultKind, number>
export type Fault = { kind: FaultKind; atMs: number }

/** Per minute, for what the caller leaves open. */
const RATES: FaultCounts = {
  ...{ kill: 4, pause: 1.6, drain: 0.5, 'postgres-restart': 0.8, 'database-cut': 0.7 },
  ...{ 'runner-kill': 1, 'runner-pause': 0.3, 'host-cut': 3, 'host-down': 1 },
}

export function countsFor(minutes: number, wanted: Partial<FaultCounts>): FaultCounts {
  const counts = { ...RATES }
  for (const kind of FAULTS) counts[kind] = wanted[kind] ?? Math.max(1, Math.round(RATES[kind] * minutes))
  return counts
}

/** Rollouts are under way before the first one, and nothing is hit in the last moments. */
const QUIET_MS = { first: 4_000, last: 6_000 }

/** Each kind evenly over the run, with jitter; in the order in which they happen. */
export function makeSchedule(counts: FaultCounts, minutes: number, dice: Dice): Fault[] {
  const spanMs = minutes * 60_000 - QUIET_MS.first - QUIET_MS.last
  const faults = FAULTS.flatMap((kind) =>
    Array.from({ length: counts[kind] }, (_, index) => ({
      kind,
      atMs: QUIET_MS.first + (spanMs * (index + dice.next())) / counts[kind],
    })),
  )
  return faults.sort((a, b) => a.atMs - b.atMs)
}

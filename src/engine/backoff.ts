// How long to wait before the next try: doubling, bounded, and spread so that many do not come back at once.

import type { Ids } from './ports.ts'

/** `seed` names who waits: equal ones wait equally long, which is no chance but is spread like it. */
export function backoffMs(
  tries: number,
  { baseMs, mostMs }: { baseMs: number; mostMs: number },
  { ids, seed }: { ids: Ids; seed: string },
): number {
  const full = Math.min(mostMs, baseMs * 2 ** Math.max(0, tries - 1))
  const spread = Number.parseInt(ids.digest(`${seed} ${tries}`).slice(0, 8), 16) / 2 ** 32
  return Math.round(full * (0.5 + spread / 2))
}

// The audit trail: append-only, each entry carrying the hash of the one before it.

import type { Ids, TrailEntry } from './ports.ts'

export const EMPTY_TRAIL = { seq: 0, hash: '' } as const

export type TrailEnd = { seq: number; hash: string }

/** Appends to a trail that ends at `end`; the new end is the last entry's. */
export function extendTrail(
  end: TrailEnd,
  facts: readonly { at: number; kind: string; body: unknown }[],
  ids: Ids,
): { entries: TrailEntry[]; end: TrailEnd } {
  const entries: TrailEntry[] = []
  let { seq, hash } = end
  for (const { at, kind, body } of facts) {
    const previous = hash
    seq += 1
    hash = ids.digest(JSON.stringify([previous, seq, at, kind, body]))
    entries.push({ seq, at, kind, body, previous, hash })
  }
  return { entries, end: { seq, hash } }
}

/** The number of the first entry that was changed, removed or put in between; `undefined` when the trail is whole. */
export function brokenAt(trail: readonly TrailEntry[], ids: Ids): number | undefined {
  let previous = ''
  for (const [index, entry] of trail.entries()) {
    const { at, kind, body, hash } = entry
    const seq = index + 1
    const expected = ids.digest(JSON.stringify([previous, seq, at, kind, body]))
    if (entry.seq !== seq || entry.previous !== previous || hash !== expected) return seq
    previous = hash
  }
  return undefined
}

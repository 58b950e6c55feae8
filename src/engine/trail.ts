// The audit trail of a rollout: append-only, each entry carrying the hash of the one before it.

import { brokenLink, type ChainEnd, EMPTY_CHAIN, nextLink } from '../core/chain.ts'
import type { Ids, TrailEntry } from './ports.ts'

export const EMPTY_TRAIL = EMPTY_CHAIN

export type TrailEnd = ChainEnd

/** Appends to a trail that ends at `end`; the new end is the last entry's. */
export function extendTrail(
  end: TrailEnd,
  facts: readonly { at: number; kind: string; body: unknown }[],
  ids: Ids,
): { entries: TrailEntry[]; end: TrailEnd } {
  const entries: TrailEntry[] = []
  let last = end
  for (const { at, kind, body } of facts) {
    const link = nextLink(last, [at, kind, body], (text) => ids.digest(text))
    entries.push({ at, kind, body, ...link })
    last = { seq: link.seq, hash: link.hash }
  }
  return { entries, end: last }
}

/** The number of the first entry that was changed, removed or put in between; `undefined` when the trail is whole. */
export function brokenAt(trail: readonly TrailEntry[], ids: Ids): number | undefined {
  return brokenLink(
    trail,
    ({ at, kind, body }) => [at, kind, body],
    (text) => ids.digest(text),
  )
}

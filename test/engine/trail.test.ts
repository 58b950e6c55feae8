// The audit trail: any change to what was written is found, and where.

import { describe, expect, it } from 'vitest'
import type { TrailEntry } from '../../src/engine/ports.ts'
import { brokenAt, EMPTY_TRAIL, extendTrail } from '../../src/engine/trail.ts'
import { sha256 } from '../support/plan-of.ts'

const ids = { next: () => '', digest: sha256 }
const facts = ['requested', 'asked', 'finished'].map((kind, index) => ({ at: index, kind, body: { by: 'ada' } }))
const first = extendTrail(EMPTY_TRAIL, facts, ids)
const second = extendTrail(first.end, [{ at: 9, kind: 'asked', body: { ask: 'retry' } }], ids)
const trail = [...first.entries, ...second.entries]

function changed(index: number, change: Partial<TrailEntry>): TrailEntry[] {
  return trail.map((entry, at) => (at === index ? { ...entry, ...change } : entry))
}

it('is whole as it was written, over several batches, and read back from JSON', () => {
  expect(trail.map(({ seq }) => seq)).toEqual([1, 2, 3, 4])
  expect(second.end).toEqual({ seq: 4, hash: trail[3]?.hash })
  expect(brokenAt(JSON.parse(JSON.stringify(trail)), ids)).toBeUndefined()
  expect(brokenAt([], ids)).toBeUndefined()
})

describe('is broken where', () => {
  it.each<[string, TrailEntry[], number]>([
    ['a body was changed', changed(1, { body: { by: 'eve' } }), 2],
    ['a time was changed', changed(2, { at: 7 }), 3],
    ['a kind was changed', changed(0, { kind: 'nothing' }), 1],
    ['a hash was changed', changed(1, { hash: sha256('x') }), 2],
    ['an entry was removed', trail.filter((_, index) => index !== 1), 2],
    ['the first was removed', trail.slice(1), 1],
    ['two were swapped', [0, 2, 1, 3].flatMap((index) => trail[index] ?? []), 2],
    ['one was put in between', [...trail.slice(0, 2), ...trail.slice(1)], 3],
    ['a rehashed entry was put in its place', rehashed(), 3],
  ])('%s', (_, entries, at) => {
    expect(brokenAt(entries, ids)).toBe(at)
  })

  it('the end was cut off is told by the end that the rollout keeps', () => {
    const cut = trail.slice(0, 3)
    expect(brokenAt(cut, ids)).toBeUndefined()
    expect(cut.at(-1)?.hash).not.toBe(second.end.hash)
  })
})

/** Somebody who can compute hashes changes the second entry: the third no longer follows. */
function rehashed(): TrailEntry[] {
  const { entries } = extendTrail(
    { seq: 1, hash: trail[0]?.hash ?? '' },
    [{ at: 1, kind: 'asked', body: { by: 'eve' } }],
    ids,
  )
  return [...trail.slice(0, 1), ...entries, ...trail.slice(2)]
}

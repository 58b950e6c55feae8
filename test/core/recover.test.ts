// What a process that takes over does again: whatever was decided and may not have been done.

import { describe, expect, it } from 'vitest'
import { recover } from '../../src/core/recover.ts'
import { fleetOf, planOf } from '../support/plan-of.ts'
import { play } from '../support/rollout-script.ts'

const any = { fleet: { kind: 'count', count: 9 } } as const
const plan = planOf({ fleet: fleetOf({ a: 4 }), strategy: { maxFailures: any } })
const byZone = (after: { kind: 'wait' } | { kind: 'bake'; ms: number }) =>
  planOf({ fleet: fleetOf({ a: 1, b: 1 }), strategy: { order: 'zone-by-zone', betweenZones: after } })

describe('recover', () => {
  it.each<[string, string[], string]>([
    ['nothing before the gates opened', [], 'gated ....'],
    [
      'hosts in flight are run again, under the same attempt; the others are let be',
      ['open', 'a1 ok', 'a2 failed', 'a3 unknown'],
      'running +x?r run a4',
    ],
    [
      'a retried host under its new attempt',
      ['open', 'a1 failed', 'a2 ok', 'a3 ok', 'a4 ok', 'retry'],
      'running r2+++ run a1#2',
    ],
    [
      'after a halt they are only attached to',
      ['open', 'a1 ok', 'halt'],
      'halting +rrr attach a2, attach a3, attach a4',
    ],
    ['an abort is a halt too', ['open', 'a1 ok', 'abort'], 'halting +rrr attach a2, attach a3, attach a4'],
    ['nothing is in flight once it is halted', ['halt'], 'halted ....'],
  ])('%s', (_, lines, words) => {
    expect(play(plan, [...lines, 'crash']).words).toBe(words)
  })

  it('what ended is touched by nobody, also when it was superseded with hosts in flight', () => {
    const { state } = play(plan, ['open', 'a1 ok'])
    state.cursor = { ...state.cursor, phase: 'superseded' }
    expect(recover(state)).toEqual([])
  })

  it('a bake keeps its due time', () => {
    const { state, effects } = play(byZone({ kind: 'bake', ms: 60_000 }), ['open', 'a1 ok', 'crash'])
    expect(effects).toEqual([{ kind: 'set-bake', stage: 0, dueAt: 60_001 }])
    expect(state.cursor).toMatchObject({ phase: 'baking', bakeUntil: 60_001 })
  })

  it('waiting for a person needs nothing', () => {
    expect(play(byZone({ kind: 'wait' }), ['open', 'a1 ok', 'crash']).words).toBe('waiting +.')
  })

  it('a host in flight may have begun: unreachable now is unknown, and giving it back takes its own word', () => {
    expect(play(plan, ['open', 'crash', 'a1 unreachable']).words).toBe('running ?rrr')
    expect(play(plan, ['open', 'halt', 'crash', 'a1 given back']).words).toBe('halting ?rrr')
    expect(play(plan, ['open', 'halt', 'crash', 'a1 absent']).words).toBe('halting .rrr')
  })

  it('can be done twice', () => {
    const { state, effects } = play(plan, ['open', 'a1 ok', 'crash'])
    const tally = structuredClone(state.tally)
    expect(recover(state)).toEqual(effects)
    expect(state.tally).toEqual(tally)
  })
})

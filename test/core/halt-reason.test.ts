// The arithmetic of halting: which failures count, against which number, and from when on.

import { describe, expect, it } from 'vitest'
import type { HostKnowledge } from '../../src/core/fleet.ts'
import type { Plan } from '../../src/core/plan.ts'
import type { FailureBudgets, Strategy } from '../../src/core/strategy.ts'
import { fleetOf, planOf } from '../support/plan-of.ts'
import { play } from '../support/rollout-script.ts'

const count = (n: number) => ({ kind: 'count', count: n }) as const
const percent = (n: number) => ({ kind: 'percent', percent: n }) as const

function planWith(maxFailures: FailureBudgets, strategy: Partial<Strategy> = {}): Plan {
  return planOf({ fleet: fleetOf({ a: 4, b: 4 }), strategy: { maxFailures, ...strategy } })
}

function haltOf(plan: Plan, lines: readonly string[]) {
  return play(plan, ['open', ...lines]).state.cursor.halt
}

describe('halts on the first failure beyond the budget', () => {
  it.each<[string, FailureBudgets, string[], object | undefined]>([
    ['fleet: at the budget', { fleet: count(2) }, ['a1 failed', 'b1 failed'], undefined],
    [
      'fleet: beyond it',
      { fleet: count(2) },
      ['a1 failed', 'b1 failed', 'b2 failed'],
      { kind: 'fleet-budget', failed: 3, budget: 2, of: 8 },
    ],
    ['zone: two zones do not add up', { zone: count(1) }, ['a1 failed', 'b1 failed'], undefined],
    [
      'zone: beyond it',
      { zone: percent(25) },
      ['a1 failed', 'b1 failed', 'b2 failed'],
      { kind: 'zone-budget', zone: 'b', failed: 2, budget: 1, of: 4 },
    ],
    [
      'stage',
      { stage: count(0) },
      ['b1 failed'],
      { kind: 'stage-budget', stage: 'fleet', failed: 1, budget: 0, of: 8 },
    ],
    ['no budget', {}, ['a1 failed', 'a2 failed', 'a3 failed', 'b1 failed'], undefined],
    [
      'unreachable counts',
      { fleet: count(0) },
      ['a1 unreachable'],
      { kind: 'fleet-budget', failed: 1, budget: 0, of: 8 },
    ],
    ['unknown counts', { fleet: count(0) }, ['a1 unknown'], { kind: 'fleet-budget', failed: 1, budget: 0, of: 8 }],
    [
      'a wrong read-back counts',
      { fleet: count(0) },
      ['a1 wrong'],
      { kind: 'fleet-budget', failed: 1, budget: 0, of: 8 },
    ],
    ['a host given back does not', { fleet: count(0) }, ['a1 given back', 'a2 absent'], undefined],
    [
      'an unknown host that was seen again does not',
      { fleet: count(1) },
      ['a1 unknown', 'a1 ok', 'a2 failed'],
      undefined,
    ],
    [
      'the same host does not count twice',
      { fleet: count(1) },
      ['a1 unknown', 'a1 failed', 'a1 failed', 'a1 unknown'],
      undefined,
    ],
  ])('%s', (_, maxFailures, lines, halt) => {
    expect(haltOf(planWith(maxFailures), lines)).toEqual(halt)
  })

  it('claims no further host, and takes back what has not begun', () => {
    const plan = planWith({ fleet: count(0) }, { batch: [count(3)] })
    expect(play(plan, ['open', 'a1 failed']).words).toBe('halting xr..r... withdraw')
    expect(play(plan, ['open', 'a1 failed', 'a2 ok']).words).toBe('halting x+..r...')
    expect(play(plan, ['open', 'a1 failed', 'a2 ok', 'b1 given back']).words).toBe('halted x+......')
  })

  it('keeps the first reason while hosts in flight fail too', () => {
    const plan = planWith({ fleet: count(0) })
    expect(haltOf(plan, ['a1 failed', 'a2 failed', 'b1 failed'])).toMatchObject({ failed: 1 })
  })

  it('does not halt when there is nothing left to hold back', () => {
    const plan = planOf({ fleet: fleetOf({ a: 2 }), strategy: { maxFailures: { fleet: count(0) } } })
    const { state, effects } = play(plan, ['open', 'a1 ok', 'a2 failed'])
    expect(state.cursor).toMatchObject({ phase: 'failed' })
    expect(state.cursor.halt).toBeUndefined()
    expect(effects.at(-1)).toEqual({ kind: 'record', fact: { kind: 'finished', phase: 'failed' } })
  })
})

describe('a rollback', () => {
  const lastKnown = new Map<string, HostKnowledge>([
    ['a1', { health: 'failed' }],
    ['b1', { health: 'failed' }],
  ])
  const plan = planOf({
    kind: 'rollback',
    fleet: fleetOf({ a: 2, b: 2 }),
    lastKnown,
    strategy: { maxFailures: { fleet: count(0), zone: count(0) } },
  })

  it('spends nothing on hosts that had failed already, and goes on with the others', () => {
    expect(play(plan, ['open', 'a1 failed', 'b1 unreachable']).words).toBe('running xrur run a2, run b2')
  })

  it('spends on the others', () => {
    expect(haltOf(plan, ['a1 failed', 'b1 ok', 'a2 failed'])).toMatchObject({
      kind: 'zone-budget',
      failed: 1,
      budget: 0,
    })
  })
})

describe('after resume the budgets count from there', () => {
  const plan = planWith({ fleet: count(1) }, { batch: [count(2)] })
  const halted = ['a1 unknown', 'b1 failed', 'a2 given back']

  it.each<[string, string[], number | undefined]>([
    ['the failures so far are set aside', ['resume', 'a2 failed'], undefined],
    ['the whole budget again', ['resume', 'a2 failed', 'b2 failed'], 2],
    ['a forgiven host that is well again leaves no room for another', ['resume', 'a2 failed', 'a1 ok', 'b2 failed'], 2],
    ['nor one that a person takes out', ['resume', 'skip b1', 'a2 failed', 'b2 failed'], 2],
    ['nor one that was absent, ran again and failed', ['resume', 'a1 absent', 'a2 failed', 'b2 ok', 'a1 failed'], 2],
    ['a fresh failure that is well again makes room', ['resume', 'a2 unknown', 'a2 ok', 'b2 failed'], undefined],
  ])('%s', (_, lines, failed) => {
    const halt = haltOf(plan, [...halted, ...lines])
    expect(halt && 'failed' in halt ? halt.failed : undefined).toBe(failed)
  })

  it('also by a process that took over', () => {
    const halt = haltOf(plan, [...halted, 'resume', 'a2 failed', 'crash', 'a1 ok', 'b2 failed'])
    expect(halt).toEqual({ kind: 'fleet-budget', failed: 2, budget: 1, of: 8 })
  })

  it('a retry sets nothing aside', () => {
    const { state } = play(plan, ['open', ...halted, 'resume', 'halt', 'a2 given back', 'b2 given back', 'retry'])
    expect(state.cursor.forgiven).toEqual({ fleet: 0, stage: 0, zones: [0, 0] })
  })

  it('a stage counts from its own start', () => {
    const stages = planOf({
      fleet: fleetOf({ a: 2, b: 2 }),
      strategy: { order: 'zone-by-zone', maxFailures: { stage: count(0) } },
    })
    const { state } = play(stages, ['open', 'a1 failed', 'a2 ok', 'resume', 'b1 failed'])
    expect(state.cursor.halt).toEqual({ kind: 'stage-budget', stage: 'b', failed: 1, budget: 0, of: 2 })
  })
})

// What one batch of events makes of the store: the rows that change, and nothing else.

import { describe, expect, it } from 'vitest'
import type { Step } from '../../src/core/recipe.ts'
import type { RolloutEvent } from '../../src/core/rollout.ts'
import { newRollout, type RolloutState } from '../../src/core/rollout-state.ts'
import { type Input, makeBatch } from '../../src/engine/batch.ts'
import { EMPTY_TRAIL } from '../../src/engine/trail.ts'
import { fleetOf, planOf, sha256 } from '../support/plan-of.ts'
import { ADA } from '../support/rollout-phases.ts'

const driver = { rollout: 'o1', epoch: 7, trail: EMPTY_TRAIL, ids: { next: () => '', digest: sha256 } }
const host = { host: 0, attempt: 1 } as const

function opened(): RolloutState {
  const maxFailures = { fleet: { kind: 'count', count: 9 } } as const
  const state = newRollout(planOf({ fleet: fleetOf({ a: 2 }), strategy: { maxFailures } }))
  makeBatch(driver, state, [{ event: { kind: 'gates-opened', at: 1 } }])
  return state
}

function batchOf(...inputs: readonly (RolloutEvent | Input)[]) {
  const all = inputs.map((each) => ('event' in each ? each : { event: each }))
  return makeBatch(driver, opened(), all)
}

function failed(step: Step): RolloutEvent {
  return { ...host, kind: 'host-failed', step, signature: `${step} exited 1`, at: 5 }
}

const ok: RolloutEvent = { ...host, kind: 'host-succeeded', installed: 'r2', at: 5 }
const seen = { name: 'a1', zone: 'a', rollout: 'o1', at: 5 }

describe('the record of a host', () => {
  it.each<[string, RolloutEvent, object]>([
    ['success', ok, { ...seen, health: 'healthy', release: 'r2' }],
    ['failure', failed('start'), { ...seen, health: 'failed' }],
    [
      'unreachable',
      { ...host, kind: 'host-unreachable', signature: 'refused', at: 5 },
      { ...seen, health: 'unreachable' },
    ],
    ['unknown', { ...host, kind: 'host-unknown', signature: 'cut', at: 5 }, { ...seen, health: 'unknown' }],
  ])('%s', (_, event, record) => {
    expect(batchOf(event).commit.records).toEqual([record])
  })

  it.each<[string, RolloutEvent]>([
    ['a step', { ...host, kind: 'host-step', step: 'start', at: 5 }],
    ['a claim given back', { ...host, kind: 'host-withdrawn', absent: true, at: 5 }],
    ['a late report of another attempt', { ...ok, attempt: 2 } as RolloutEvent],
  ])('none for %s', (_, event) => {
    const { commit } = batchOf(event)
    expect([commit.records, commit.releases]).toEqual([[], { closed: [], opened: [] }])
  })

  it('is the last one of a batch, and a repeated report changes nothing', () => {
    const unknown: RolloutEvent = { ...host, kind: 'host-unknown', signature: 'cut', at: 4 }
    const { commit } = batchOf(unknown, ok, { ...ok, at: 9 })
    expect(commit.records).toEqual([{ ...seen, health: 'healthy', release: 'r2' }])
    expect(commit.releases.opened).toHaveLength(1)
  })
})

describe('what ran there before', () => {
  it.each<[Step, boolean]>([
    ['preflight', true],
    ['fetch', true],
    ['drain', true],
    ['stop', false],
    ['switch', false],
    ['start', false],
    ['validate', false],
    ['undrain', false],
    ['cleanup', false],
  ])('a failure at %s leaves it running: %s', (step, runsOn) => {
    expect(batchOf(failed(step)).commit.releases).toEqual({ closed: runsOn ? [] : [{ name: 'a1', at: 5 }], opened: [] })
  })

  it('a success ends it and begins the new one', () => {
    expect(batchOf(ok).commit.releases).toEqual({
      closed: [{ name: 'a1', at: 5 }],
      opened: [{ name: 'a1', zone: 'a', release: 'r2', rollout: 'o1', from: 5 }],
    })
  })
})

it('has the rows of changed hosts only, once each', () => {
  const state = opened()
  const step: RolloutEvent = { ...host, kind: 'host-step', step: 'start', at: 3 }
  const first = makeBatch(driver, state, [{ event: step }, { event: ok }]).commit.hosts
  expect(first).toEqual([
    { index: 0, state: { phase: 'succeeded', attempt: 1, startedAt: 1, finishedAt: 5, installed: 'r2' } },
  ])
  const second = makeBatch(driver, state, [{ event: { ...step, host: 1, at: 6 } }]).commit.hosts
  expect(second.map(({ index }) => index)).toEqual([1])
})

it('keeps the log of the attempt that it came with', () => {
  const log = { head: 'one', tail: '', cutBytes: 0 }
  expect(batchOf({ event: ok, log }).commit.logs).toEqual([{ index: 0, attempt: 1, log }])
})

it('writes names into the trail, not steps, and when it ended', () => {
  const step: RolloutEvent = { ...host, kind: 'host-step', step: 'start', at: 3 }
  const { commit, trail } = batchOf(step, ok, { ...ok, host: 1, at: 8 })
  expect(commit.trail.map(({ kind, body }) => [kind, body])).toEqual([
    ['host-succeeded', { host: 'a1', attempt: 1, installed: 'r2' }],
    ['host-succeeded', { host: 'a2', attempt: 1, installed: 'r2' }],
    ['stage-finished', { kind: 'stage-finished', stage: 'fleet' }],
    ['finished', { kind: 'finished', phase: 'succeeded' }],
  ])
  expect(trail).toEqual({ seq: 4, hash: commit.trail.at(-1)?.hash })
  expect(commit.finishedAt).toBe(8)
  expect(batchOf(ok).commit.finishedAt).toBeUndefined()
})

it('gives answers to the store and the other effects to the driver', () => {
  const { commit, effects } = batchOf({ kind: 'asked', id: 'q', by: ADA, ask: { kind: 'halt' }, at: 2 })
  expect(commit.answers).toEqual([{ id: 'q', answer: { kind: 'accepted' } }])
  expect(effects).toEqual([{ kind: 'withdraw' }])
})

// Where a rollout's story stands, read from its trail by whoever takes it over: as whoever told it until now has it.

import { describe, expect, it } from 'vitest'
import { type Entry, goOn, readStory } from '../../../src/adapters/otel/story.ts'
import type { RolloutCursor, RolloutPhase } from '../../../src/core/rollout.ts'

const cursorOf = (phase: RolloutPhase, over: Partial<RolloutCursor> = {}): RolloutCursor => ({
  ...{ phase, stage: 0, forgiven: { fleet: 0, stage: 0, zones: [0] } },
  ...over,
})
const ada = { via: 'terminal', id: '1', name: 'ada' } as const
const approvals = { required: 1, requester: ada, authors: [], given: [] }
const entry = (at: number, kind: string, body: object = {}): Entry => ({ at, kind, body })
const requested = entry(100, 'requested')
const approve = entry(200, 'asked', { ask: { kind: 'approve' } })
const retry = (at: number) => entry(at, 'asked', { ask: { kind: 'retry' } })
const started = entry(300, 'stage-started', { stage: 'canary', hosts: 1 })
const finished = entry(400, 'stage-finished', { stage: 'canary' })
const halted = entry(500, 'halted', { reason: { kind: 'zone-budget', zone: 'a', failed: 1, budget: 0, of: 4 } })
const failed = (at: number) => entry(at, 'finished', { phase: 'failed' })

describe('read from the trail', () => {
  it.each<[string, RolloutPhase, Entry[], object]>([
    ['only requested', 'gated', [requested], { since: 100 }],
    ['waiting for others', 'unapproved', [requested, approve], { since: 100 }],
    ['agreed, not begun', 'gated', [requested, approve], { since: 200 }],
    ['in a stage', 'running', [requested, started], { stage: { name: 'canary', from: 300 } }],
    ['baking', 'baking', [requested, started, finished, entry(450, 'host-failed')], { since: 400 }],
    [
      'halted',
      'halted',
      [requested, started, halted, retry(600)],
      { since: 500, stage: { name: 'canary', from: 300 } },
    ],
    [
      'tried again',
      'running',
      [requested, started, failed(500), entry(550, 'host-failed'), retry(600)],
      { again: 600 },
    ],
  ])('%s', (_, phase, trail, expected) => {
    const story = readStory({ createdAt: 100, cursor: cursorOf(phase) }, trail)
    expect(story).toMatchObject({ phase, createdAt: 100, ...expected })
  })

  it('no time is made up for a trail that could not be read', () => {
    expect(readStory({ createdAt: 100, cursor: cursorOf('halted') }, [])).not.toHaveProperty('since')
  })

  it.each<[RolloutPhase, Entry[], Partial<RolloutCursor>]>([
    ['unapproved', [requested], { approvals }],
    ['gated', [requested], {}],
    ['halted', [requested, started, halted, retry(600)], {}],
    ['baking', [requested, started, finished], { bakeUntil: 900 }],
    ['waiting', [requested, started, finished], {}],
    ['running', [requested, started, halted, entry(600, 'host-succeeded')], {}],
  ])('another took its place while it was %s', (phase, trail, over) => {
    expect(readStory({ createdAt: 100, cursor: cursorOf('superseded', over) }, trail).phase).toBe(phase)
  })
})

it('it goes on the same, wherever it was taken over', () => {
  const all: [RolloutPhase, Entry[]][] = [
    ['gated', [requested]],
    ['running', [entry(150, 'gates-opened'), started]],
    ['baking', [finished]],
    ['running', [entry(450, 'bake-ended'), entry(450, 'stage-started', { stage: 'b', hosts: 2 })]],
    ['halted', [halted]],
    ['running', [retry(600)]],
    ['failed', [entry(700, 'stage-finished', { stage: 'b' }), failed(700)]],
    ['running', [retry(800)]],
    ['succeeded', [entry(900, 'finished', { phase: 'succeeded' })]],
  ]
  const told = (from: number) => {
    const [phase] = all[from - 1] ?? ['gated' as const]
    const trail = all.slice(0, from).flatMap(([, entries]) => entries)
    const story = readStory({ createdAt: 100, cursor: cursorOf(phase) }, trail)
    return all.slice(from).map(([next, entries]) => goOn(story, entries, next))
  }
  const whole = told(1)
  expect(whole.flat().map(({ kind, from, to }) => [kind, from, to])).toEqual([
    ['pause', 100, 150],
    ['stage', 300, 400],
    ['pause', 400, 450],
    ['pause', 500, 600],
    ['stage', 450, 700],
    ['rollout', 100, 700],
    ['again', 800, 900],
  ])
  for (let from = 2; from < all.length; from += 1) expect(told(from)).toEqual(whole.slice(from - 1))
})

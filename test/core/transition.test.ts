// Every (phase, event) pair of a rollout in one table: the phase and hosts afterwards, and what is to be done. A `=` means
// that nothing changed and nothing is to be done.

import { describe, expect, it } from 'vitest'
import type { Ask } from '../../src/core/intent.ts'
import type { HostPhase, HostState, RolloutCursor, RolloutEvent, RolloutPhase } from '../../src/core/rollout.ts'
import { openRollout, type RolloutState } from '../../src/core/rollout-state.ts'
import { transition } from '../../src/core/transition.ts'
import { fleetOf, planOf } from '../support/plan-of.ts'
import { effectsInWords, hostsInWords } from '../support/rollout-words.ts'

const AT = 1_000
const PHASES: readonly RolloutPhase[] = [
  'gated',
  'running',
  'baking',
  'waiting',
  'halting',
  'halted',
  'succeeded',
  'failed',
  'aborted',
  'superseded',
]

/** Zones a and b of two hosts each, one host at a time, no failure tolerated. Where a phase allows it, a1 has an open run. */
const HOSTS: Readonly<Record<RolloutPhase, readonly HostPhase[]>> = {
  gated: ['queued', 'queued', 'queued', 'queued'],
  running: ['running', 'queued', 'queued', 'queued'],
  baking: ['unknown', 'succeeded', 'queued', 'queued'],
  waiting: ['unknown', 'succeeded', 'queued', 'queued'],
  halting: ['running', 'failed', 'queued', 'queued'],
  halted: ['unknown', 'failed', 'queued', 'queued'],
  succeeded: ['succeeded', 'succeeded', 'succeeded', 'succeeded'],
  failed: ['unknown', 'succeeded', 'failed', 'succeeded'],
  aborted: ['unknown', 'failed', 'queued', 'queued'],
  superseded: ['unknown', 'failed', 'queued', 'queued'],
}

function stateIn(phase: RolloutPhase): RolloutState {
  const plan = planOf({
    fleet: fleetOf({ a: 2, b: 2 }),
    strategy: {
      order: 'zone-by-zone',
      batch: [{ kind: 'count', count: 1 }],
      betweenZones: phase === 'baking' ? { kind: 'bake', ms: 60_000 } : { kind: 'wait' },
    },
  })
  const hosts = HOSTS[phase].map((host): HostState => ({ phase: host, attempt: 1 }))
  const unwell = HOSTS[phase].filter((host) => host === 'unknown' || host === 'failed').length
  const resumed = phase === 'baking' || phase === 'waiting'
  const cursor: RolloutCursor = {
    phase,
    stage: phase === 'succeeded' || phase === 'failed' ? 1 : 0,
    forgiven: { fleet: resumed ? unwell : 0, stage: resumed ? unwell : 0, zones: [resumed ? unwell : 0, 0] },
    ...(phase === 'halting' && { haltingTo: 'halted', halt: { kind: 'asked', by: 'ada' } }),
    ...(phase === 'halted' && { halt: { kind: 'asked', by: 'ada' } }),
    ...(phase === 'baking' && { bakeUntil: 61_000 }),
  }
  return openRollout(plan, cursor, hosts)
}

const host = { host: 0, attempt: 1, at: AT } as const
const ask = (one: Ask): RolloutEvent => ({ kind: 'asked', id: 'q', by: 'ada', ask: one, at: AT })

const EVENTS = {
  'gates-opened': { kind: 'gates-opened', at: AT },
  'bake-ended': { kind: 'bake-ended', stage: 0, at: AT },
  'host-step': { ...host, kind: 'host-step', step: 'start' },
  'host-succeeded': { ...host, kind: 'host-succeeded', installed: 'r2' },
  'host-failed': { ...host, kind: 'host-failed', step: 'start', signature: 'start exited 1' },
  'host-unreachable': { ...host, kind: 'host-unreachable', signature: 'refused' },
  'host-unknown': { ...host, kind: 'host-unknown', signature: 'cut' },
  'host-withdrawn': { ...host, kind: 'host-withdrawn', absent: false },
  'host-withdrawn (absent)': { ...host, kind: 'host-withdrawn', absent: true },
  halt: ask({ kind: 'halt' }),
  resume: ask({ kind: 'resume' }),
  continue: ask({ kind: 'continue' }),
  retry: ask({ kind: 'retry' }),
  abort: ask({ kind: 'abort' }),
  'skip b1': ask({ kind: 'skip', hostName: 'b1' }),
} satisfies Record<string, RolloutEvent>

function outcome(phase: RolloutPhase, event: RolloutEvent): string {
  const before = stateIn(phase)
  const untouched = structuredClone({ cursor: before.cursor, hosts: before.hosts })
  const { state, effects } = transition(before, event)
  const same =
    effects.length === 0 && JSON.stringify(untouched) === JSON.stringify({ cursor: state.cursor, hosts: state.hosts })
  return same ? '=' : [state.cursor.phase, hostsInWords(state), effectsInWords(state, effects)].join(' ').trim()
}

const TABLE: Readonly<Record<keyof typeof EVENTS, Readonly<Record<RolloutPhase, string>>>> = {
  'gates-opened': {
    gated: 'running r... run a1',
    running: '=',
    baking: '=',
    waiting: '=',
    halting: '=',
    halted: '=',
    succeeded: '=',
    failed: '=',
    aborted: '=',
    superseded: '=',
  },
  'bake-ended': {
    gated: '=',
    running: '=',
    baking: 'running ?+r. run b1',
    waiting: '=',
    halting: '=',
    halted: '=',
    succeeded: '=',
    failed: '=',
    aborted: '=',
    superseded: '=',
  },
  'host-step': {
    gated: '=',
    running: 'running r...',
    baking: '=',
    waiting: '=',
    halting: 'halting rx..',
    halted: '=',
    succeeded: '=',
    failed: '=',
    aborted: '=',
    superseded: '=',
  },
  'host-succeeded': {
    gated: '=',
    running: 'running +r.. run a2',
    baking: 'baking ++..',
    waiting: 'waiting ++..',
    halting: 'halted +x..',
    halted: 'halted +x..',
    succeeded: '=',
    failed: '=',
    aborted: '=',
    superseded: '=',
  },
  'host-failed': {
    gated: '=',
    running: 'halted x... withdraw',
    baking: 'baking x+..',
    waiting: 'waiting x+..',
    halting: 'halted xx..',
    halted: 'halted xx..',
    succeeded: '=',
    failed: '=',
    aborted: '=',
    superseded: '=',
  },
  'host-unreachable': {
    gated: '=',
    running: 'halted u... withdraw',
    baking: 'baking ?+..',
    waiting: 'waiting ?+..',
    halting: 'halted ux..',
    halted: 'halted ?x..',
    succeeded: '=',
    failed: '=',
    aborted: '=',
    superseded: '=',
  },
  'host-unknown': {
    gated: '=',
    running: 'halted ?... withdraw',
    baking: 'baking ?+..',
    waiting: 'waiting ?+..',
    halting: 'halted ?x..',
    halted: 'halted ?x..',
    succeeded: '=',
    failed: '=',
    aborted: '=',
    superseded: '=',
  },
  'host-withdrawn': {
    gated: '=',
    running: 'running r... run a1',
    baking: 'baking ?+..',
    waiting: 'waiting ?+..',
    halting: 'halted .x..',
    halted: 'halted ?x..',
    succeeded: '=',
    failed: '=',
    aborted: '=',
    superseded: '=',
  },
  'host-withdrawn (absent)': {
    gated: '=',
    running: 'running r... run a1',
    baking: 'baking .+..',
    waiting: 'waiting .+..',
    halting: 'halted .x..',
    halted: 'halted .x..',
    succeeded: '=',
    failed: '=',
    aborted: '=',
    superseded: '=',
  },
  halt: {
    gated: 'halted .... yes',
    running: 'halting r... yes, withdraw',
    baking: 'halted ?+.. yes, clear-bake',
    waiting: 'halted ?+.. yes',
    halting: 'halting rx.. yes',
    halted: 'halted ?x.. yes',
    succeeded: 'succeeded ++++ not-possible-now',
    failed: 'failed ?+x+ not-possible-now',
    aborted: 'aborted ?x.. not-possible-now',
    superseded: 'superseded ?x.. not-possible-now',
  },
  resume: {
    gated: 'gated .... not-possible-now',
    running: 'running r... not-possible-now',
    baking: 'baking ?+.. not-possible-now',
    waiting: 'waiting ?+.. not-possible-now',
    halting: 'halting rx.. not-possible-now',
    halted: 'waiting ?x.. yes',
    succeeded: 'succeeded ++++ not-possible-now',
    failed: 'failed ?+x+ not-possible-now',
    aborted: 'aborted ?x.. not-possible-now',
    superseded: 'superseded ?x.. not-possible-now',
  },
  continue: {
    gated: 'gated .... not-possible-now',
    running: 'running r... not-possible-now',
    baking: 'running ?+r. yes, clear-bake, run b1',
    waiting: 'running ?+r. yes, run b1',
    halting: 'halting rx.. not-possible-now',
    halted: 'halted ?x.. not-possible-now',
    succeeded: 'succeeded ++++ not-possible-now',
    failed: 'failed ?+x+ not-possible-now',
    aborted: 'aborted ?x.. not-possible-now',
    superseded: 'superseded ?x.. not-possible-now',
  },
  retry: {
    gated: 'gated .... not-possible-now',
    running: 'running r... not-possible-now',
    baking: 'baking ?+.. not-possible-now',
    waiting: 'waiting ?+.. not-possible-now',
    halting: 'halting rx.. not-possible-now',
    halted: 'running r.2.. yes, run a1',
    succeeded: 'succeeded ++++ not-possible-now',
    failed: 'running r+.2+ yes, run a1',
    aborted: 'aborted ?x.. not-possible-now',
    superseded: 'superseded ?x.. not-possible-now',
  },
  abort: {
    gated: 'aborted .... yes',
    running: 'halting r... yes, withdraw',
    baking: 'aborted ?+.. yes, clear-bake',
    waiting: 'aborted ?+.. yes',
    halting: 'halting rx.. yes, withdraw',
    halted: 'aborted ?x.. yes',
    succeeded: 'succeeded ++++ not-possible-now',
    failed: 'failed ?+x+ not-possible-now',
    aborted: 'aborted ?x.. not-possible-now',
    superseded: 'superseded ?x.. not-possible-now',
  },
  'skip b1': {
    gated: 'gated ..-. yes',
    running: 'running r.-. yes',
    baking: 'baking ?+-. yes',
    waiting: 'waiting ?+-. yes',
    halting: 'halting rx-. yes',
    halted: 'halted ?x-. yes',
    succeeded: 'succeeded ++++ not-possible-now',
    failed: 'failed ?+x+ not-possible-now',
    aborted: 'aborted ?x.. not-possible-now',
    superseded: 'superseded ?x.. not-possible-now',
  },
}

describe.each(Object.entries(EVENTS))('%s', (name, event) => {
  const row = new Map(Object.entries(TABLE)).get(name)
  it.each(PHASES)('in phase %s', (phase) => {
    expect(outcome(phase, event)).toBe(row?.[phase])
  })
})

describe('a host is heard while its run is open, and in no other case', () => {
  const reports = Object.entries(EVENTS).filter(([name]) => name.startsWith('host-'))

  it.each<HostPhase>(['queued', 'succeeded', 'failed', 'unreachable', 'skipped'])(
    '%s: every report is late',
    (phase) => {
      for (const [, event] of reports) {
        const hosts = (['queued', 'running', 'queued', 'queued'] as const).map(
          (each): HostState => ({ phase: each, attempt: 1 }),
        )
        hosts[0] = { phase, attempt: 1 }
        const before = openRollout(stateIn('running').plan, stateIn('running').cursor, hosts)
        const kept = structuredClone(before.hosts)
        const { state, effects } = transition(before, event)
        expect({ hosts: state.hosts, effects, dirty: state.dirty.size }).toEqual({ hosts: kept, effects: [], dirty: 0 })
      }
    },
  )

  it.each([0, 2])('running attempt 1: a report of attempt %i is late', (attempt) => {
    for (const [, event] of reports) {
      const before = stateIn('running')
      const kept = structuredClone(before.hosts)
      const { state, effects } = transition(before, { ...event, attempt } as RolloutEvent)
      expect({ hosts: state.hosts, effects }).toEqual({ hosts: kept, effects: [] })
    }
  })

  it('a repeated report changes nothing', () => {
    for (const [name, event] of reports) {
      if (name === 'host-step' || name.startsWith('host-withdrawn') || name === 'host-unknown') continue
      const { state } = transition(stateIn('running'), event)
      const kept = structuredClone({ hosts: state.hosts, cursor: state.cursor, tally: state.tally })
      const { effects } = transition(state, { ...event, at: AT + 1 })
      expect({ hosts: state.hosts, cursor: state.cursor, tally: state.tally, effects }).toEqual({
        ...kept,
        effects: [],
      })
    }
  })
})

describe('what a report makes of a host', () => {
  const cases: [name: string, before: Partial<HostState>, event: RolloutEvent, after: Partial<HostState>][] = [
    ['success', {}, EVENTS['host-succeeded'], { phase: 'succeeded', installed: 'r2', finishedAt: AT }],
    [
      'success, but another release was read back',
      {},
      { ...host, kind: 'host-succeeded', installed: 'r1' },
      { phase: 'failed', step: 'validate', installed: 'r1', signature: 'read back `r1`' },
    ],
    ['failure', {}, EVENTS['host-failed'], { phase: 'failed', step: 'start', signature: 'start exited 1' }],
    ['nothing was begun', {}, EVENTS['host-unreachable'], { phase: 'unreachable', signature: 'refused' }],
    ['unreachable, but begun before', { begun: true }, EVENTS['host-unreachable'], { phase: 'unknown', begun: true }],
    ['out of sight', {}, EVENTS['host-unknown'], { phase: 'unknown', begun: true, signature: 'cut' }],
    ['given back', {}, EVENTS['host-withdrawn'], { phase: 'queued', attempt: 1 }],
    ['given back, but begun before', { begun: true }, EVENTS['host-withdrawn'], { phase: 'unknown', begun: true }],
    [
      'given back by the host itself',
      { begun: true },
      EVENTS['host-withdrawn (absent)'],
      { phase: 'queued', attempt: 1 },
    ],
    ['a step begins it', {}, EVENTS['host-step'], { phase: 'running', step: 'start', begun: true }],
    ['an unknown one succeeds', { phase: 'unknown' }, EVENTS['host-succeeded'], { phase: 'succeeded' }],
    ['a step does not make an unknown one run', { phase: 'unknown' }, EVENTS['host-step'], { phase: 'unknown' }],
  ]
  it.each(cases)('%s', (_, before, event, after) => {
    const halting = stateIn('halting')
    const hosts = halting.hosts.map((each) => ({ ...each }))
    hosts[0] = { phase: 'running', attempt: 1, startedAt: 5, ...before }
    const { state } = transition(openRollout(halting.plan, halting.cursor, hosts), event)
    expect(state.hosts[0]).toMatchObject(after)
    expect('begun' in (state.hosts[0] ?? {})).toBe('begun' in after)
  })
})

describe('asks', () => {
  function asked(phase: RolloutPhase, one: Ask) {
    const { state, effects } = transition(stateIn(phase), ask(one))
    const answer = effects.find((effect) => effect.kind === 'answer')
    return { state, answer: answer?.kind === 'answer' ? answer.answer : undefined }
  }

  it('are answered with the asker’s id, and first', () => {
    const { effects } = transition(stateIn('running'), ask({ kind: 'halt' }))
    expect(effects[0]).toEqual({ kind: 'answer', id: 'q', answer: { kind: 'accepted' } })
  })

  it.each<[string, string, object]>([
    ['a running host', 'a1', { reason: 'host-running', detail: { host: 'a1' } }],
    ['a host of another fleet', 'c1', { reason: 'unknown-host', detail: { host: 'c1' } }],
  ])('skip refuses %s', (_, hostName, refusal) => {
    expect(asked('running', { kind: 'skip', hostName }).answer).toMatchObject({ kind: 'refused', ...refusal })
  })

  it('skip refuses a succeeded host, and accepts a skipped one again', () => {
    expect(asked('waiting', { kind: 'skip', hostName: 'a2' }).answer).toMatchObject({ reason: 'not-possible-now' })
    const { state } = asked('waiting', { kind: 'skip', hostName: 'a1' })
    const again = transition(state, ask({ kind: 'skip', hostName: 'a1' }))
    expect(effectsInWords(state, again.effects)).toBe('yes')
  })

  it('a refusal names the ask and the phase', () => {
    expect(asked('running', { kind: 'resume' }).answer).toEqual({
      kind: 'refused',
      reason: 'not-possible-now',
      detail: { ask: 'resume', phase: 'running' },
    })
  })

  it('halt names who asked, and the first reason stays', () => {
    const { state } = asked('running', { kind: 'halt' })
    expect(state.cursor).toMatchObject({ haltingTo: 'halted', halt: { kind: 'asked', by: 'ada' } })
    transition(state, { kind: 'asked', id: 'r', by: 'bob', ask: { kind: 'halt' }, at: AT })
    expect(state.cursor.halt).toEqual({ kind: 'asked', by: 'ada' })
  })

  it('an abort during a halt ends as aborted when the last host answers', () => {
    const { state } = asked('halting', { kind: 'abort' })
    expect(state.cursor.haltingTo).toBe('aborted')
    const { effects } = transition(state, EVENTS['host-succeeded'])
    expect(state.cursor.phase).toBe('aborted')
    expect(effects).toEqual([{ kind: 'record', fact: { kind: 'finished', phase: 'aborted' } }])
  })

  it('resume keeps the failures, and gives the whole budget again', () => {
    const { state } = asked('halted', { kind: 'resume' })
    expect(state.cursor.forgiven).toMatchObject({ fleet: 2, stage: 2, zones: [2, 0] })
    expect(state.cursor.halt).toBeUndefined()
  })

  it('a bake timer of another stage is late', () => {
    const { state, effects } = transition(stateIn('baking'), { kind: 'bake-ended', stage: 1, at: AT })
    expect([state.cursor.phase, effects]).toEqual(['baking', []])
  })
})

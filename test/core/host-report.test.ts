// What a host says: when it is heard, and what it makes of the host.

import { describe, expect, it } from 'vitest'
import type { HostPhase, HostState, RolloutEvent } from '../../src/core/rollout.ts'
import { openRollout } from '../../src/core/rollout-state.ts'
import { transition } from '../../src/core/transition.ts'
import { AT, EVENTS, host, stateIn } from '../support/rollout-phases.ts'

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

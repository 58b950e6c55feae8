// Every (phase, event) pair of a rollout in one table: the phase and hosts afterwards, and what is to be done. A `=` means
// that nothing changed and nothing is to be done.

import { describe, expect, it } from 'vitest'
import { ROLLOUT_PHASES, type RolloutEvent, type RolloutPhase } from '../../src/core/rollout.ts'
import { transition } from '../../src/core/transition.ts'
import { EVENTS, stateIn } from '../support/rollout-phases.ts'
import { effectsInWords, hostsInWords } from '../support/rollout-words.ts'

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
  it.each(ROLLOUT_PHASES)('in phase %s', (phase) => {
    expect(outcome(phase, event)).toBe(row?.[phase])
  })
})

// What people ask of a rollout, and what they are answered, beyond the table of transition.test.ts.

import { describe, expect, it } from 'vitest'
import type { Ask } from '../../src/core/intent.ts'
import type { RolloutPhase } from '../../src/core/rollout.ts'
import { transition } from '../../src/core/transition.ts'
import { AT, ask, BOB, EVENTS, stateIn } from '../support/rollout-phases.ts'
import { effectsInWords } from '../support/rollout-words.ts'

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
    transition(state, { kind: 'asked', id: 'r', by: BOB, ask: { kind: 'halt' }, at: AT })
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
    const { state, effects } = transition(stateIn('baking'), { ...EVENTS['bake-ended'], stage: 1 })
    expect([state.cursor.phase, effects]).toEqual(['baking', []])
  })

  it('the timer of a bake that was halted does not end the one that began with resume', () => {
    const { state: halted } = asked('baking', { kind: 'halt' })
    const { state: again } = transition(halted, { ...ask({ kind: 'resume' }), at: AT + 1 })
    const { state } = transition(again, { ...EVENTS['bake-ended'], at: AT })
    expect([state.cursor.phase, state.cursor.stage]).toEqual(['baking', 0])
  })
})

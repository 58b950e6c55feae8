// Approvals: how many, whose, and that nothing begins before.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { approvalWords } from '../../src/core/approval.ts'
import type { Answer, Ask, Person } from '../../src/core/intent.ts'
import type { RolloutEvent } from '../../src/core/rollout.ts'
import { firstCursor, newRollout, type RolloutState } from '../../src/core/rollout-state.ts'
import { transition } from '../../src/core/transition.ts'
import { fleetOf, planOf } from '../support/plan-of.ts'

const person = (id: string, via: Person['via'] = 'github'): Person => ({ via, id, name: `${via}-${id}` })
const [ada, bob, eve] = [person('1'), person('2'), person('3')]

function waiting({ required = 1, notAuthor = true, by = ada, authors = [eve] } = {}): RolloutState {
  const plan = planOf({ fleet: fleetOf({ a: 2 }), approvals: { required, from: [], notAuthor } })
  return newRollout(plan, firstCursor(plan, { by, authors }))
}

function say(state: RolloutState, by: Person, ask: Ask = { kind: 'approve' }) {
  const event: RolloutEvent = { kind: 'asked', id: 'q', by, ask, at: 5 }
  const { effects } = transition(state, event)
  const answers = effects.flatMap((effect): Answer[] => (effect.kind === 'answer' ? [effect.answer] : []))
  return { answer: answers[0], effects, runs: effects.filter(({ kind }) => kind === 'run-host').length }
}

describe('a rollout that needs approval', () => {
  it('begins with the last one, and what was approved is on record', () => {
    const state = waiting({ required: 2 })
    expect(say(state, bob)).toMatchObject({ answer: { kind: 'accepted' }, runs: 0 })
    expect(state.cursor.phase).toBe('unapproved')
    const last = say(state, person('4'))
    expect(last).toMatchObject({ answer: { kind: 'accepted' } })
    expect(last.runs).toBeGreaterThan(0)
    expect(last.effects).toContainEqual({ kind: 'record', fact: { kind: 'approved', by: person('4'), missing: 0 } })
    expect(state.cursor.approvals?.given.map(({ by, at }) => [by.id, at])).toEqual([
      ['2', 5],
      ['4', 5],
    ])
  })

  it('counts one person once, however often they say it and by whatever name', () => {
    const state = waiting({ required: 2 })
    for (const name of ['bob', 'robert'])
      expect(say(state, { ...bob, name })).toMatchObject({ answer: { kind: 'accepted' }, runs: 0 })
    expect(state.cursor.approvals?.given).toHaveLength(1)
  })

  it.each<[string, Person, object]>([
    ['whoever asked for it', ada, { reason: 'not-a-second-person', detail: { who: 'requester' } }],
    ['whoever asked for it, at another door', { ...ada, door: 'slack' }, { detail: { who: 'requester' } }],
    ['whoever wrote it', eve, { reason: 'not-a-second-person', detail: { who: 'author' } }],
    ['a workflow', person('7', 'workflow'), { reason: 'not-a-second-person', detail: { who: 'workflow' } }],
    ['somebody who is not linked', person('9', 'slack'), { reason: 'unlinked-approver' }],
    ['somebody at a terminal', person('1', 'terminal'), { reason: 'unlinked-approver' }],
  ])('%s does not count', (_, by, refusal) => {
    const state = waiting()
    expect(say(state, by)).toMatchObject({ answer: { kind: 'refused', ...refusal }, runs: 0 })
    expect(state.cursor).toMatchObject({ phase: 'unapproved', approvals: { given: [] } })
  })

  it('an author counts where the file says so', () => {
    expect(say(waiting({ notAuthor: false }), eve)).toMatchObject({ answer: { kind: 'accepted' } })
  })

  it.each<[Person, Person]>([
    [person('1', 'slack'), person('3', 'slack')],
    [person('1', 'terminal'), person('3', 'terminal')],
  ])('asked for by %o: nobody of that kind can be told apart from who wrote it', (by, other) => {
    const state = waiting({ by })
    expect(say(state, other)).toMatchObject({
      answer: { reason: 'unlinked-approver', detail: { via: 'github' } },
      runs: 0,
    })
    expect(say(state, bob)).toMatchObject({ answer: { reason: 'unlinked-approver', detail: { via: by.via } }, runs: 0 })
    expect(say(waiting({ by, authors: [] }), other)).toMatchObject({ answer: { kind: 'accepted' } })
  })

  it('a workflow’s rollout is approved by people at GitHub', () => {
    const asked = { by: person('42/7', 'workflow') }
    expect(say(waiting(asked), person('1', 'slack'))).toMatchObject({ answer: { reason: 'unlinked-approver' } })
    expect(say(waiting(asked), ada)).toMatchObject({ answer: { kind: 'accepted' } })
  })

  it('whoever set a workflow going does not approve what it asked for', () => {
    const asked = { by: person('42/1', 'workflow'), authors: [] }
    expect(say(waiting(asked), ada)).toMatchObject({ answer: { detail: { who: 'requester' } } })
    expect(say(waiting(asked), person('11'))).toMatchObject({ answer: { kind: 'accepted' } })
    expect(say(waiting(asked), person('42'))).toMatchObject({ answer: { kind: 'accepted' } })
  })

  it('another release than the one that was named is not approved', () => {
    const state = waiting()
    expect(say(state, bob, { kind: 'approve', release: 'r9' })).toMatchObject({
      answer: { reason: 'other-release', detail: { release: 'r2', asked: 'r9' } },
    })
    expect(say(state, bob, { kind: 'approve', release: 'r2' })).toMatchObject({ answer: { kind: 'accepted' } })
  })

  it('needs it for good: stopped, it cannot be resumed', () => {
    const state = waiting()
    say(state, ada, { kind: 'halt' })
    expect(state.cursor.phase).toBe('aborted')
    expect(say(state, ada, { kind: 'resume' })).toMatchObject({ answer: { reason: 'not-possible-now' }, runs: 0 })
  })
})

it('whatever is asked and heard, no host runs before enough other people have said yes', () => {
  const people = [ada, bob, eve, person('4'), person('1', 'slack'), person('7', 'workflow')]
  const asks: Ask[] = [
    ...[{ kind: 'approve' } as const, { kind: 'approve' } as const, { kind: 'approve', release: 'r9' } as const],
    ...(['halt', 'resume', 'continue', 'retry', 'abort'] as const).map((kind) => ({ kind })),
    { kind: 'skip', hostName: 'a1' },
  ]
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ by: fc.constantFrom(...people), ask: fc.constantFrom(...asks) }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom<RolloutEvent>(
        { kind: 'gates-opened', at: 1 },
        { kind: 'bake-ended', stage: 0, dueAt: 0, at: 1 },
        { kind: 'host-succeeded', host: 0, attempt: 1, installed: 'r2', at: 1 },
      ),
    },
  )
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3 }), fc.array(step, { maxLength: 12 }), (required, steps) => {
      const state = waiting({ required })
      const yes = new Set<string>()
      for (const one of steps) {
        const other = 'ask' in one && one.by.via === 'github' && one.by !== ada && one.by !== eve
        if (other && one.ask.kind === 'approve' && one.ask.release === undefined && state.cursor.phase === 'unapproved')
          yes.add(one.by.id)
        const { effects } = transition(state, 'ask' in one ? { kind: 'asked', id: 'q', ...one, at: 1 } : one)
        if (effects.some(({ kind }) => kind === 'run-host')) expect(yes.size).toBeGreaterThanOrEqual(required)
      }
    }),
    { numRuns: 2_000 },
  )
})

it('a rollback needs none, and a plan without the rule begins at its gates', () => {
  const plan = planOf({ fleet: fleetOf({ a: 2 }) })
  expect(plan.approvals).toBeUndefined()
  expect(firstCursor(plan, { by: ada })).toMatchObject({ phase: 'gated' })
})

it('what is approved is the plan with its rule', () => {
  const rule = { required: 1, from: [], notAuthor: true }
  const digest = (approvals?: typeof rule) => planOf({ ...(approvals && { approvals }) }).digest
  expect(new Set([digest(), digest(rule), digest({ ...rule, required: 2 })]).size).toBe(3)
})

it('words say what is missing, whose counts, and whose is there', () => {
  const rule = { required: 2, missing: 1, given: ['grace'], from: 'membership of acme/sre', notAuthor: true }
  expect(approvalWords(rule)).toBe(
    '1 of 2 approvals missing (needs membership of acme/sre; not by who asked for it or wrote it; given by grace)',
  )
  expect(approvalWords({ required: 1, missing: 1, given: [], from: '', notAuthor: false })).toBe(
    '1 approval missing (not by who asked for it)',
  )
})

// What a chat is told of a rollout in each phase: which objects, how urgent they are, and when they are the same.

import { describe, expect, it } from 'vitest'
import type { ChatObject } from '../../src/core/project-chat.ts'
import { projectMessage } from '../../src/core/project-message.ts'
import type { Desired, ProjectionView } from '../../src/core/project-object.ts'
import { hasEnded, ROLLOUT_PHASES, type RolloutPhase } from '../../src/core/rollout.ts'
import { CHAT_PLACE, chatView } from '../support/chat-views.ts'

const tell = (phase: RolloutPhase, over: Partial<ProjectionView> = {}): Desired<ChatObject>[] =>
  projectMessage(chatView(phase, over), CHAT_PLACE)
const keys = (objects: readonly Desired<ChatObject>[]) => objects.map(({ key }) => key.split('/')[0])
const of = <K extends ChatObject['kind']>(kind: K, objects: readonly Desired<ChatObject>[]) =>
  objects.flatMap(({ content }) => (content.kind === kind ? [content as Extract<ChatObject, { kind: K }>] : []))[0]

const cases: [RolloutPhase, string[], urgency: string][] = [
  ['gated', ['message', 'stages'], 'phase'],
  ['running', ['message', 'stages', 'failures'], 'progress'],
  ['baking', ['message', 'stages'], 'phase'],
  ['waiting', ['message', 'stages', 'failures'], 'phase'],
  ['halting', ['message', 'stages', 'failures'], 'phase'],
  ['halted', ['message', 'stages', 'halted', 'failures'], 'final'],
  ['succeeded', ['message', 'stages', 'ended'], 'final'],
  ['failed', ['message', 'stages', 'failures', 'ended'], 'final'],
  ['aborted', ['message', 'stages', 'failures', 'ended'], 'final'],
  ['superseded', ['message', 'stages', 'ended'], 'final'],
]
it.each(cases)('%s: %j', (phase, expected, urgency) => {
  const objects = tell(phase)
  expect(keys(objects)).toEqual(expected)
  expect(objects[0]).toMatchObject({ key: 'message/T1/C1', urgency, when: 'update' })
  for (const { key, parent } of objects.slice(1))
    expect(parent).toEqual(key === 'ended' ? undefined : { key: 'message/T1/C1' })
})

it.each(ROLLOUT_PHASES)('%s: keys fit into markers, and no object is there twice', (phase) => {
  const channels = [
    { team: 'T1', channel: 'C1' },
    { team: 'T2', channel: 'C1' },
  ]
  const all = projectMessage(chatView(phase), { ...CHAT_PLACE, channels }).map(({ key }) => key)
  for (const key of all) expect(key).toMatch(/^[0-9A-Za-z:/._-]+$/)
  expect(new Set(all).size).toBe(all.length)
})

it.each(ROLLOUT_PHASES)('%s: every stage is where it should be', (phase) => {
  const states = of('stages', tell(phase))?.stages.map(({ state }) => state)
  const expected: Record<RolloutPhase, string> = {
    unapproved: 'next next next next',
    gated: 'next next next next',
    running: 'done now next next',
    baking: 'done next next next',
    waiting: 'done done next next',
    halting: 'done stopped next next',
    halted: 'done stopped next next',
    succeeded: 'done done done done',
    failed: 'done done done done',
    aborted: 'done stopped next next',
    superseded: 'done stopped next next',
  }
  expect(states?.join(' ')).toBe(expected[phase])
})

describe('a halt is told once', () => {
  const halt = (over: Partial<ProjectionView> = {}) => JSON.stringify(of('halted', tell('halted', over)))
  const view = chatView('halted')

  it('while hosts are skipped meanwhile', () => {
    const hosts = view.hosts.map((host) => (host.phase === 'failed' ? { ...host, phase: 'skipped' as const } : host))
    expect(halt({ hosts })).toBe(halt())
  })

  it('and again after a retry, and after it was resumed', () => {
    const again = halt({ hosts: view.hosts.map((host, index) => (index === 12 ? { ...host, attempt: 2 } : host)) })
    const resumed = halt({ cursor: { ...view.cursor, forgiven: { ...view.cursor.forgiven, fleet: 4 } } })
    expect(new Set([halt(), again, resumed]).size).toBe(3)
  })

  it('and again when it went on for a while and the same person halts it once more', () => {
    const asked: ProjectionView['cursor'] = { ...view.cursor, halt: { kind: 'asked', by: 'ada' } }
    const next = view.hosts.findIndex(({ phase }) => phase === 'queued')
    const hosts = view.hosts.map((host, index) => (index === next ? (view.hosts[0] ?? host) : host))
    expect(halt({ cursor: asked, hosts })).not.toBe(halt({ cursor: asked }))
  })
})

it('what was told of failures is taken back when a retry made them well', () => {
  const { hosts } = chatView('succeeded')
  const retried = hosts.map((host, index) => (index === 0 ? { ...host, attempt: 2 } : host))
  expect(of('failures', tell('succeeded', { hosts: retried }))).toMatchObject({ failures: [] })
})

describe('at the end a person is told in private', () => {
  const people: [ProjectionView['requestedBy'], boolean][] = [
    [{ via: 'slack', id: 'T1/U1', name: 'ada' }, true],
    [{ via: 'github', id: '42', name: 'ada', door: 'web' }, true],
    [{ via: 'terminal', id: '1000', name: 'ada' }, false],
    [{ via: 'workflow', id: '7/1', name: 'ci' }, false],
  ]
  it.each(people)('%j: %s', (requestedBy, told) => {
    for (const phase of ROLLOUT_PHASES)
      expect(keys(tell(phase, { requestedBy })).includes('ended')).toBe(told && hasEnded(phase))
  })
})

it('a second end is told too, though it is as the first', () => {
  const { finishedAt = 0 } = chatView('failed')
  const [first, second] = [finishedAt, finishedAt + 60_000].map((at) => of('ended', tell('failed', { finishedAt: at })))
  expect(first).not.toEqual(second)
})

it('only addresses of the forge that nothing can end are links', () => {
  const { plan, ...view } = chatView('running')
  const linksIn = (over: object) => {
    const release = { ...plan.work.release, ...over }
    return of('message', projectMessage({ ...view, plan: { ...plan, work: { ...plan.work, release } } }, CHAT_PLACE))
      ?.links
  }
  expect(linksIn({})).toMatchObject({
    commit: expect.stringMatching(/^https:\/\/github\.com\/acme\/storefront\/commit\//),
  })
  for (const repository of ['acme/shop|x', 'acme', '@a/b', 'acme/shop/../../evil']) {
    expect(linksIn({ repository })).not.toHaveProperty('commit')
    expect(linksIn({ repository })).toMatchObject({ issues: [] })
  }
  expect(linksIn({ commit: 'main>' })).not.toHaveProperty('commit')
})

it('hosts at work are counted by their step', () => {
  expect(of('message', tell('running'))?.rollout.atWork).toEqual({ start: 3, validate: 1, fetch: 2 })
})

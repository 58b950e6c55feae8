// Where in Slack a rollout is told of, to whom, and at which pace.

import { describe, expect, it } from 'vitest'
import { type Directory, memberOf } from '../../../src/apps/slack/member.ts'
import { createSlackSurface } from '../../../src/apps/slack/surface.ts'
import type { SlackChannel } from '../../../src/config/settings.ts'
import type { Channel, Origin } from '../../../src/core/origin.ts'
import type { ChatObject } from '../../../src/core/project-chat.ts'
import type { RolloutPhase } from '../../../src/core/rollout.ts'
import type { Surface } from '../../../src/engine/ports-outside.ts'
import { chatView } from '../../support/chat-views.ts'
import { FakeChat } from '../../support/fake-chat.ts'
import { isQuiet, openHouse, releaseRequest, startProcess } from '../../support/projection-house.ts'
import { inTime, startedBy } from '../../support/rollout-engine.ts'
import { VirtualClock } from '../../support/virtual-clock.ts'

describe('a rollout of storefront to production, of acme/storefront', () => {
  const ours: SlackChannel = { channel: 'C1', application: 'storefront' }
  const cases: [string, SlackChannel[], Channel | undefined, string[]][] = [
    ['nobody has it', [], undefined, []],
    ['a channel has the application', [ours], undefined, ['T1/C1']],
    ['another application', [{ ...ours, application: 'shop' }], undefined, []],
    ['its environments', [{ ...ours, environments: ['stag*', 'prod*'] }], undefined, ['T1/C1']],
    ['other environments', [{ ...ours, environments: ['staging'] }], undefined, []],
    ['its repository', [{ ...ours, repository: 'Acme/Storefront' }], undefined, ['T1/C1']],
    ['an application of that name in another repository', [{ ...ours, repository: 'evil/storefront' }], undefined, []],
    ['two channels', [ours, { ...ours, channel: 'C2' }], undefined, ['T1/C1', 'T1/C2']],
    ['the same twice', [ours, { ...ours, environments: ['production'] }], undefined, ['T1/C1']],
    ['asked for elsewhere', [ours], { team: 'T1', channel: 'C9' }, ['T1/C1', 'T1/C9']],
    ['asked for in a thread', [], { team: 'T1', channel: 'C9', thread: '1.2' }, ['T1/C9/1.2']],
    ['asked for in a thread of its own channel', [ours], { team: 'T1', channel: 'C1', thread: '1.2' }, ['T1/C1']],
    ['asked for in a workspace that is not connected', [], { team: 'T9', channel: 'C9' }, []],
    ['a channel of such a workspace', [{ ...ours, team: 'T9' }], undefined, []],
  ]
  it.each(cases)('%s', (_, channels, chat, expected) => {
    expect(places(['T1'], channels, chat)).toEqual(expected)
  })

  it('with two workspaces a channel names its own', () => {
    expect(places(['T1', 'T2'], [ours, { ...ours, team: 'T2', channel: 'C2' }], undefined)).toEqual(['T2/C2'])
  })
})

function surfaceOf(teams: readonly string[], channels: readonly SlackChannel[]): Surface<ChatObject> {
  return createSlackSurface({
    ...{ chat: new FakeChat(new VirtualClock()), channels, teams: () => teams },
    ...{ forge: 'https://github.com', pageOf: () => undefined },
  })
}

function places(teams: readonly string[], channels: readonly SlackChannel[], chat: Channel | undefined): string[] {
  const origin: Origin = { issues: [], ...(chat && { chat }) }
  return surfaceOf(teams, channels)
    .desired(chatView('running', { origin }))
    .flatMap(({ content }) => (content.kind === 'message' ? [content.at] : []))
    .map(({ team, channel, thread }) => [team, channel, ...(thread ? [thread] : [])].join('/'))
}

it('without a workspace nobody is told anything, and nothing counts as told before the workspace is known', () => {
  const of = (teams: () => readonly string[]) =>
    createSlackSurface({
      chat: new FakeChat(new VirtualClock()),
      channels: [],
      teams,
      forge: 'x',
      pageOf: () => undefined,
    })
  expect(of(() => []).desired(chatView('succeeded'))).toEqual([])
  const unknown = () => {
    throw new Error('not yet')
  }
  expect(() => of(unknown).desired(chatView('succeeded'))).toThrow('not yet')
})

it('a channel takes a message a second, and all channels of a workspace together what Slack lets an app change', () => {
  const surface = surfaceOf(['T1', 'T2'], [])
  const chat = (team: string, channel: string) =>
    chatView('halted', { origin: { issues: [], chat: { team, channel } } })
  const limitsOf = (team: string, channel: string) =>
    surface
      .desired(chat(team, channel))
      .map((object) => new Map(surface.budgets(object, 'ro1').map(({ key, limits }) => [key, limits])))
  const one = limitsOf('T1', 'C1')
  for (const budgets of one) {
    expect(budgets.get('slack/channel/T1/C1')).toMatchObject([{ writes: 1 }])
    const [{ writes = 0, windowMs = 0 } = {}] = budgets.get('slack/workspace/T1') ?? []
    expect(writes / windowMs).toBeLessThan(50 / 60_000)
  }
  expect([...(limitsOf('T1', 'C2')[0]?.keys() ?? [])]).toContain('slack/workspace/T1')
  expect([...(limitsOf('T2', 'C1')[0]?.keys() ?? [])]).not.toContain('slack/workspace/T1')
  const messages = one.flatMap((budgets) => [...budgets.keys()].filter((key) => key.startsWith('slack/message/')))
  expect(new Set(messages).size).toBe(one.length)
})

describe('whom to write to', () => {
  const directory = (teams: string[]): Directory => ({
    identity: { links: async (id) => (id === '42' ? [{ team: 'T1', user: 'U1', name: 'ada' }] : []) },
    people: new Map([
      ['U2', 'bob'],
      ['T1/U3', 'Cleo'],
    ]),
    teams: () => teams,
  })
  const of = (via: 'github' | 'slack' | 'terminal', id: string, name = 'x', teams = ['T1']) =>
    memberOf(directory(teams), { via, id, name })

  it.each([
    ['a member', of('slack', 'T1/U7'), { team: 'T1', user: 'U7' }],
    ['a member of a workspace that is not connected', of('slack', 'T9/U7'), undefined],
    ['a linked account', of('github', '42', 'ada'), { team: 'T1', user: 'U1' }],
    ['an account that the operator wrote down', of('github', '43', 'Bob'), { team: 'T1', user: 'U2' }],
    ['the same, and two workspaces', of('github', '43', 'bob', ['T1', 'T2']), undefined],
    ['written down with its workspace', of('github', '44', 'cleo', ['T1', 'T2']), { team: 'T1', user: 'U3' }],
    ['a stranger', of('github', '45', 'mallory'), undefined],
    ['somebody at a terminal', of('terminal', '42', 'bob'), undefined],
  ])('%s', async (_, found, expected) => {
    expect(await found).toEqual(expected)
  })
})

const cleo = { via: 'github', id: '42', name: 'cleo' } as const

it('1,000 hosts, some of which fail: inside all limits, and the end is told in time', { timeout: 60_000 }, async () => {
  const house = openHouse()
  house.remote.behave = ({ host, attempt }) => {
    const breaks = attempt === 1 && Number(host.slice(1)) % 40 === 0
    return breaks ? 'fail' : { kind: 'slow', ms: 20_000 + 100 * (host.length % 3) }
  }
  const { engine } = await startProcess(house)
  const plain = releaseRequest('r1', { hosts: 500, atOnce: 50 })
  const strategy = { ...plain.strategy, maxFailures: { fleet: { kind: 'count', count: 9 } } } as const
  const { rollout } = startedBy(await inTime(house, engine.deploy({ ...plain, strategy, by: cleo })))
  const phase = async () => (await house.store.rollout(rollout))?.cursor.phase ?? 'gated'
  const ends: RolloutPhase[] = []
  for (;;) {
    while (!['halted', 'failed', 'succeeded'].includes(await phase())) await house.clock.pass(1_000)
    const at = house.clock.now()
    const reached = await phase()
    if (reached === 'succeeded') break
    await house.clock.until(() => house.chat.messages[0] === reached)
    expect(house.clock.now() - at).toBeLessThan(10_000)
    ends.push(reached)
    await house.clock.pass(10_000)
    await inTime(house, engine.ask(rollout, cleo, { kind: 'retry' }))
  }
  await house.clock.until(() => isQuiet(house), 3_600_000)
  expect(ends).toEqual(['halted', 'halted', 'failed'])
  expect(house.chat.messages).toEqual(['succeeded'])
  expect(kinds(house.chat)).toEqual({ message: 1, stages: 1, failures: 1, halted: 2, ended: 2 })
  const [message] = house.chat.standing
  expect(message?.versions.length).toBeGreaterThan(20)
  expect(house.chat.faults).toEqual([])
})

function kinds(chat: FakeChat): Partial<Record<ChatObject['kind'], number>> {
  const count: Partial<Record<ChatObject['kind'], number>> = {}
  for (const { id } of chat.standing) {
    const kind = chat.newest(id)?.kind
    if (kind) count[kind] = (count[kind] ?? 0) + 1
  }
  return count
}

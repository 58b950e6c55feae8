// The port `Chat` on a stand-in of Slack: the contract that the fake passes too, and what is Slack's own.

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createChat } from '../../../src/adapters/slack/chat.ts'
import type { ChatObject } from '../../../src/core/project-chat.ts'
import type { Chat } from '../../../src/engine/ports-outside.ts'
import { type ChatGround, chatObjects, chatSuite, type Fortune, objectOf } from '../../support/chat-suite.ts'
import { FakeChat } from '../../support/fake-chat.ts'
import { messageFaults } from '../../support/slack-limits.ts'
import { type SlackStandIn, startSlackStandIn } from '../../support/slack-stand-in/stand-in.ts'
import type { Trouble } from '../../support/slack-stand-in/trouble.ts'
import { VirtualClock } from '../../support/virtual-clock.ts'

const signal = new AbortController().signal

chatSuite('the fake', async (): Promise<ChatGround> => {
  const chat = new FakeChat(new VirtualClock())
  return {
    ...{ chat, at: { team: 'T1', channel: 'C1' }, count: () => chat.standing.length },
    remove: (id) => chat.remove(id),
    next(fortune) {
      chat.weather = () => {
        chat.weather = () => 'fine'
        return fortune
      }
    },
  }
})

describe('on Slack', () => {
  let slack: SlackStandIn
  let chat: Chat
  const at = { team: 'T0ACME', channel: 'C0DEPLOYS' }
  const create = (content: ChatObject, parent?: string) =>
    chat.create({ marker: `ro1/${content.kind}/1`, content, ...(parent !== undefined && { parent }) }, signal)

  beforeAll(async () => {
    slack = await startSlackStandIn()
  })
  afterAll(() => slack.close())
  afterEach(() => {
    slack.troubles.clear()
    slack.town.messages = []
    slack.log.length = 0
  })

  function openChat(): Chat {
    return createChat({
      lineOf: (team) => (team === 'T0ACME' ? { token: slack.town.botToken, url: slack.apiUrl } : undefined),
      memberOf: async ({ id }) => (id === '42' ? { team: 'T0ACME', user: 'U0ADA' } : undefined),
    })
  }

  chatSuite('the contract', async () => {
    chat = openChat()
    return {
      ...{
        chat,
        at,
        count: () => slack.town.messages.length,
        next: (fortune) => slack.troubles.plan('*', troubleOf(fortune)),
      },
      remove(id) {
        slack.town.messages = slack.town.messages.filter(({ ts }) => !id.split('/').includes(ts))
      },
    }
  })

  it('the thread hangs under the message, and only a halt is told in the channel too', async () => {
    chat = openChat()
    const [message, ...replies] = chatObjects('halted', at)
    const root = message && (await create(message))
    for (const reply of replies) await create(reply, root?.kind === 'done' ? root.id : '')
    const [first, ...rest] = slack.town.messages
    expect(rest.map(({ thread }) => thread)).toEqual(rest.map(() => first?.ts))
    expect(rest.map(({ broadcast }) => broadcast)).toEqual([false, true, false])
  })

  it('what hung under a message that is gone is gone with it', async () => {
    chat = openChat()
    const parent = 'T0ACME/C0DEPLOYS/1700000000.000009'
    const reply = { marker: 'ro1/stages/1', content: objectOf('stages', at), parent }
    expect(await chat.find(reply, signal)).toEqual({ kind: 'absent' })
  })

  it.each([
    [250, 'found', 2],
    [1_200, 'absent', 5],
  ])('%i messages later it is %s, after %i pages', async (later, kind, pages) => {
    chat = openChat()
    const content = objectOf('message', at)
    await create(content)
    const [first] = slack.town.messages
    if (!first) throw new Error('nothing was written')
    const { metadata: _, ...plain } = first
    for (let each = 0; each < later; each++) slack.town.messages.push({ ...plain, ts: `${first.ts}${each}` })
    slack.log.length = 0
    expect(await chat.find({ marker: 'ro1/message/1', content }, signal)).toMatchObject({ kind })
    expect(slack.log).toHaveLength(pages)
  })

  it('asked for in a thread, the message and its replies are in that thread', async () => {
    chat = openChat()
    const inThread = { ...at, thread: '1700000000.000001' }
    const message = await create(objectOf('message', inThread))
    expect(message).toMatchObject({ kind: 'done', id: expect.stringMatching(/\/1700000000\.000001$/) })
    await create(objectOf('stages', inThread), message.kind === 'done' ? message.id : '')
    expect(slack.town.messages.map(({ thread }) => thread)).toEqual([inThread.thread, inThread.thread])
  })

  it('a word in private goes to whom the account is linked to, and to nobody else', async () => {
    chat = openChat()
    const ended = objectOf('ended', at, 'succeeded')
    const made = await create(ended)
    const direct = [...slack.town.channels.values()].find((channel) => channel.direct === 'U0ADA')
    expect(slack.town.messages).toMatchObject([{ channel: direct?.id }])
    expect(await chat.find({ marker: 'ro1/ended/1', content: ended }, signal)).toMatchObject({
      kind: 'found',
      id: made.kind === 'done' ? made.id : '',
    })
    if (ended.kind !== 'ended') throw new Error('not an end')
    expect(await create({ ...ended, to: { via: 'github', id: '43', name: 'bob' } })).toMatchObject({ kind: 'refused' })
    expect(slack.town.messages).toHaveLength(1)
  })

  it('blocks that are refused become older ones, which are used from then on', async () => {
    chat = openChat()
    const message = objectOf('message', at)
    slack.troubles.plan('chat.postMessage', { kind: 'error', error: 'invalid_blocks' })
    const made = await create(message)
    expect(slack.town.messages.map(({ blocks }) => blocks.map(({ type }) => type))).toEqual([
      expect.not.arrayContaining(['plan']),
    ])
    slack.log.length = 0
    if (made.kind === 'done') await chat.update(made.id, { marker: 'ro1/message/1', content: message }, signal)
    expect(slack.log).toHaveLength(1)
    expect(slack.town.messages[0]).toMatchObject({
      edits: 1,
      blocks: expect.not.arrayContaining([expect.objectContaining({ type: 'plan' })]),
    })
  })

  it('refused even so, its text is sent alone', async () => {
    chat = openChat()
    slack.troubles.plan('chat.postMessage', { kind: 'error', error: 'msg_blocks_too_long' }, 2)
    expect(await create(objectOf('message', at))).toMatchObject({ kind: 'done' })
    expect(slack.town.messages).toMatchObject([{ blocks: [], text: expect.stringContaining('halted') }])
    await create(objectOf('message', at))
    expect(slack.town.messages[1]?.blocks.map(({ type }) => type)).toContain('plan')
  })

  it('nothing in a text is looked for, and no address unfolds', async () => {
    chat = openChat()
    const made = await create(objectOf('message', at))
    if (made.kind === 'done')
      await chat.update(made.id, { marker: 'ro1/message/1', content: objectOf('message', at) }, signal)
    expect(slack.log.map(({ args }) => [args.parse, args.link_names])).toEqual([
      ['none', 'false'],
      ['none', 'false'],
    ])
    expect(slack.log[0]?.args).toMatchObject({ unfurl_links: 'false', unfurl_media: 'false' })
  })

  const refusals: [string, string, RegExp | undefined][] = [
    ['not_in_channel', 'refused', /invite the app/],
    ['channel_not_found', 'refused', /no such channel/],
    ['is_archived', 'refused', /archived/],
    ['missing_scope', 'refused', /lacks a right/],
    ['something_new', 'refused', /something_new/],
    ['message_not_found', 'gone', undefined],
    ['ratelimited', 'limited', undefined],
    ['invalid_auth', 'unsure', /invalid_auth/],
    ['internal_error', 'unsure', /internal_error/],
  ]
  it.each(refusals)('%s is %s', async (error, kind, why) => {
    chat = openChat()
    slack.troubles.plan('chat.postMessage', { kind: 'error', error })
    expect(await create(objectOf('message', at))).toEqual({ kind, ...(why && { why: expect.stringMatching(why) }) })
    expect(slack.log).toHaveLength(1)
  })

  it('a workspace that is not connected is no bug', async () => {
    chat = openChat()
    expect(await create(objectOf('message', { ...at, team: 'T0OTHER' }))).toEqual({
      kind: 'refused',
      why: 'the workspace T0OTHER is not connected',
    })
  })

  it('who hangs is left when told so', async () => {
    chat = openChat()
    slack.troubles.plan('chat.postMessage', { kind: 'hang' })
    const stop = new AbortController()
    const creating = chat.create({ marker: 'ro1/message/1', content: objectOf('message', at) }, stop.signal)
    await expect.poll(() => slack.log.length, { timeout: 10_000 }).toBe(1)
    stop.abort()
    expect(await creating).toEqual({ kind: 'unsure', why: 'no answer in time' })
  })

  it('everything that was sent is inside the limits', async () => {
    chat = openChat()
    for (const phase of ['running', 'halted', 'failed'] as const)
      for (const content of chatObjects(phase, at)) await create(content)
    expect(slack.town.messages.flatMap(messageFaults)).toEqual([])
    expect(slack.town.messages.length).toBeGreaterThan(8)
  })
})

function troubleOf(fortune: Fortune): Trouble {
  if (fortune === 'error-before') return { kind: 'status', status: 502 }
  if (fortune === 'error-after') return { kind: 'cut', when: 'after' }
  if (fortune === 'refused') return { kind: 'error', error: 'not_in_channel' }
  return { kind: 'limited', retryAfterS: fortune.retryAfterMs / 1_000 }
}

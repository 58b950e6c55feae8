// What handlers say in Slack, on the stand-in: where it arrives, and what becomes of it on a bad day. Nothing is sent to addresses
// that are not Slack's.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Later } from '../../../../src/apps/desk/later.ts'
import { openTalk, Unwelcome } from '../../../../src/apps/slack/door/speak.ts'
import type { Talk } from '../../../../src/apps/slack/door/talk.ts'
import { type SlackStandIn, startSlackStandIn } from '../../../support/slack-stand-in/stand-in.ts'
import { newTrigger } from '../../../support/slack-stand-in/town.ts'
import type { Trouble } from '../../../support/slack-stand-in/trouble.ts'

let slack: SlackStandIn
let talk: Talk
let responseUrl: string

beforeEach(async () => {
  slack = await startSlackStandIn()
  talk = openTalk({ token: slack.town.botToken, url: slack.apiUrl }, new AbortController().signal)
  slack.town.responses.set('r1', { at: Date.now(), uses: 0, user: 'U0ADA', channel: 'C0RANDOM' })
  responseUrl = `${slack.origin}/response/r1`
})
afterEach(() => slack.close())

const SAID = { text: 'hello' }

describe('where it arrives', () => {
  it('an answer: through the address that came along, also where the app is not; otherwise in the channel', async () => {
    await talk.answer({ user: 'U0ADA', channel: 'C0RANDOM', responseUrl }, SAID)
    await talk.answer({ user: 'U0ADA', channel: 'C0DEPLOYS', thread: '1.1' }, SAID)
    expect(slack.town.ephemerals).toMatchObject([
      { user: 'U0ADA', channel: 'C0RANDOM', text: 'hello' },
      { user: 'U0ADA', channel: 'C0DEPLOYS', text: 'hello', thread: '1.1' },
    ])
  })

  it('an answer to a press leaves the message of the channel as it is', async () => {
    const ts = await talk.post({ channel: 'C0DEPLOYS' }, { text: 'living' })
    slack.town.responses.set('r2', { at: Date.now(), uses: 0, user: 'U0ADA', channel: 'C0DEPLOYS', ts })
    await talk.answer({ user: 'U0ADA', channel: 'C0DEPLOYS', responseUrl: `${slack.origin}/response/r2` }, SAID)
    expect(slack.town.messages).toMatchObject([{ ts, text: 'living' }])
    expect(slack.town.ephemerals).toMatchObject([{ user: 'U0ADA', text: 'hello' }])
  })

  it('an answer whose address is spent or too old: in the channel', async () => {
    slack.town.responses.set('r1', { at: 0, uses: 0, user: 'U0ADA', channel: 'C0RANDOM' })
    await talk.answer({ user: 'U0ADA', channel: 'C0DEPLOYS', thread: '1.1', responseUrl }, SAID)
    expect(slack.town.ephemerals).toMatchObject([{ user: 'U0ADA', channel: 'C0DEPLOYS', text: 'hello', thread: '1.1' }])
  })

  it('a message, a modal, a Home tab, and what takes the place of a question', async () => {
    const ts = await talk.post({ channel: 'C0DEPLOYS' }, SAID)
    expect(slack.town.messages).toMatchObject([{ ts, text: 'hello' }])
    await talk.openView(newTrigger(slack.town, 'U0ADA'), { type: 'modal', blocks: [] })
    const [opened] = slack.town.views.keys()
    await talk.updateView(opened ?? '', { type: 'modal', blocks: [{ type: 'divider' }] })
    expect([...slack.town.views.values()].map(({ view }) => view)).toEqual([
      { type: 'modal', blocks: [{ type: 'divider' }] },
    ])
    await talk.publishHome('U0BOB', { type: 'home', blocks: [] })
    expect(slack.town.homes.has('U0BOB')).toBe(true)
    await talk.answer({ user: 'U0ADA', responseUrl }, { text: 'sure?' })
    await talk.replace(responseUrl, SAID)
    expect(slack.town.ephemerals.map(({ text }) => text)).toEqual(['hello'])
    expect(await talk.nameOf('U0ADA')).toBe('ada')
  })
})

describe('on a bad day', () => {
  it.each<[string, Trouble, typeof Later | typeof Unwelcome, number | undefined]>([
    ['limited', { kind: 'limited', retryAfterS: 7 }, Later, 7_000],
    ['out of order', { kind: 'status', status: 503 }, Later, 15_000],
    ['cut', { kind: 'cut', when: 'after' }, Later, 15_000],
    ['unknown to Slack', { kind: 'error', error: 'channel_not_found' }, Unwelcome, undefined],
  ])('%s', async (_, trouble, kind, afterMs) => {
    slack.troubles.plan('chat.postMessage', trouble)
    const error: unknown = await talk.post({ channel: 'C0DEPLOYS' }, SAID).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(kind)
    if (error instanceof Later) expect(error.afterMs).toBe(afterMs)
    expect(slack.log).toHaveLength(1)
  })

  it('an address that has had its five uses is no more tried', async () => {
    for (let use = 0; use < 5; use += 1) await talk.answer({ user: 'U0ADA', responseUrl }, SAID)
    await expect(talk.answer({ user: 'U0ADA', responseUrl }, SAID)).rejects.toThrow(Unwelcome)
  })

  it.each([
    'http://169.254.169.254/latest/meta-data',
    'https://hooks.slack.com.evil.example/x',
    'http://hooks.slack.com/x',
    'https://hooks.slack.com@evil.example/x',
    'https://hooks.slack.com:8443/x',
    'file:///etc/passwd',
    'nonsense',
  ])('%s is nowhere to answer', async (url) => {
    await expect(talk.answer({ user: 'U0ADA', responseUrl: url }, SAID)).rejects.toThrow('not one of Slack’s')
  })
})

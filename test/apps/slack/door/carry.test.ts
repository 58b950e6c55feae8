// From the inbox, or at once, through Bolt to the handlers: each gets what is its own, with the name of its message, and its failure
// comes back as what the inbox understands.

import { beforeEach, describe, expect, it } from 'vitest'
import { Later } from '../../../../src/apps/desk/later.ts'
import { answerAtOnce } from '../../../../src/apps/slack/door/answer-at-once.ts'
import { handleMessage } from '../../../../src/apps/slack/door/handle-message.ts'
import { Unwelcome } from '../../../../src/apps/slack/door/speak.ts'
import { readArrival } from '../../../../src/apps/slack/door/take.ts'
import { slackApp } from '../../../../src/apps/slack-app.ts'
import type { InboxRow } from '../../../../src/engine/ports-inbox.ts'
import { deafHandlers } from './deaf-handlers.ts'

const LINE = { token: 'xoxb-1', url: 'http://127.0.0.1:9/' }
const WHO = { team: { id: 'T0A' }, user: { id: 'U0A' }, trigger_id: '7.7' }
const VIEW = {
  id: 'V1',
  hash: 'h',
  callback_id: 'form',
  type: 'modal',
  state: { values: { b: { a: { value: 'x' } } } },
}
const BODIES = {
  command: { command: '/deploy', text: 'prod', team_id: 'T0A', user_id: 'U0A', channel_id: 'C0A', trigger_id: '1.2' },
  mention: {
    ...{ type: 'event_callback', team_id: 'T0A', event_id: 'Ev1', event_time: 5 },
    event: { type: 'app_mention', user: 'U0A', text: '<@U0> hi', ts: '1.1', channel: 'C0A' },
  },
  home: {
    ...{ type: 'event_callback', team_id: 'T0A', event_id: 'Ev2', event_time: 5 },
    event: { type: 'app_home_opened', user: 'U0A', tab: 'home' },
  },
  action: {
    type: 'block_actions',
    ...WHO,
    actions: [{ type: 'button', action_id: 'halt', block_id: 'b', value: 'r1' }],
  },
  submission: { type: 'view_submission', ...WHO, view: VIEW },
}

let handlers: ReturnType<typeof deafHandlers>
beforeEach(() => {
  handlers = deafHandlers()
})

function row(body: object): InboxRow {
  const ids = { id: 'slack:m1', source: 'slack', key: 'm1', topic: 't', state: 'waiting' } as const
  return { ...ids, body: JSON.stringify(body), attempt: 1, tries: 1, receivedAt: 1_000 }
}

async function handle(body: object, line: typeof LINE | undefined = LINE) {
  return await handleMessage(slackApp(handlers), () => line)(row(body), new AbortController().signal)
}

describe('out of the inbox', () => {
  it.each(Object.entries(BODIES))('a %s reaches its handler, once, with its name', async (kind, body) => {
    expect(await handle(body)).toEqual({ kind: 'done' })
    expect(handlers.noted).toEqual([`${kind} slack:m1`])
  })

  it.each<[string, Error, object]>([
    ['what must wait comes again', new Later(7_000, 'limited'), { kind: 'later', afterMs: 7_000 }],
    [
      'what Slack refuses to hear is done',
      new Unwelcome('is_archived'),
      { kind: 'done', note: 'Slack refused: is_archived' },
    ],
  ])('%s', async (_, thrown, handled) => {
    handlers.command = () => Promise.reject(thrown)
    expect(await handle(BODIES.command)).toEqual(handled)
  })

  it('a fault stays the fault that it is', async () => {
    handlers.command = () => Promise.reject(new TypeError('a bug'))
    await expect(handle(BODIES.command)).rejects.toThrow(new TypeError('a bug'))
  })

  it('waits for a workspace that is not connected', async () => {
    const handled = await handleMessage(slackApp(handlers), () => undefined)(row(BODIES.command), AbortSignal.abort())
    expect([handled, handlers.noted]).toEqual([{ kind: 'later', afterMs: 10_000 }, []])
  })
})

describe('at once', () => {
  const search = { type: 'block_suggestion', ...WHO, action_id: 'ref', block_id: 'b', value: 'ma' }

  async function atOnce(body: object, withinMs = 60_000) {
    const read = readArrival(body)
    if (typeof read === 'string') throw new Error(read)
    const faults: string[] = []
    const failed = ({ message }: Error) => void faults.push(message)
    const answer = await answerAtOnce(
      { feed: slackApp(handlers), line: LINE, failed, withinMs },
      read.body,
      read.arrival,
    )
    return { answer, faults }
  }

  it('a search is answered with what was found', async () => {
    const options = [{ text: { type: 'plain_text', text: 'ma' }, value: 'ma' }]
    expect(await atOnce(search)).toEqual({ answer: { options }, faults: [] })
  })

  it('a search that takes too long, or fails, finds nothing', async () => {
    handlers.options = () => new Promise(() => {})
    expect((await atOnce(search, 1)).answer).toEqual({ options: [] })
    handlers.options = () => Promise.reject(new Error('GitHub is away'))
    expect(await atOnce(search)).toEqual({ answer: { options: [] }, faults: ['GitHub is away'] })
  })

  it('what opens a modal is not taken for a command that acts', async () => {
    handlers.open = async () => void handlers.noted.push('open')
    await atOnce({ ...BODIES.command, text: '' })
    await atOnce(BODIES.action)
    expect(handlers.noted).toEqual(['open', 'open'])
  })
})

// The pieces of the way through a server, without one: who the job is, how its requests survive an outage, how a stream is read.

import nock from 'nock'
import { describe, expect, it } from 'vitest'
import type { Inputs } from '../../action/src/inputs.ts'
import { openRunnerLog } from '../../action/src/runner-log.ts'
import { type Bearer, openBearer } from '../../action/src/server/bearer.ts'
import type { Client } from '../../action/src/server/client.ts'
import { followEvents } from '../../action/src/server/follow-events.ts'
import { readEvents } from '../../action/src/server/read-events.ts'
import { reportRolloutPage } from '../../src/core/report-rollout-page.ts'
import type { HostState } from '../../src/core/rollout.ts'
import { Secret } from '../../src/core/secret.ts'
import { fleetOf, planOf } from '../support/plan-of.ts'
import { hearCommands } from '../support/runner-reads.ts'

const encoder = new TextEncoder()

async function* inPieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = encoder.encode(text)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = []
  for await (const item of items) all.push(item)
  return all
}

describe('readEvents', () => {
  const TEXT =
    'event: snapshot\nid: f-1\ndata: {"a":"é🚀"}\n\n: beat\n\nevent: change\r\nid: f-2\r\ndata: {}\r\n\r\ndata: cut'
  it.each([1, 2, 3, 7, 1_000])('reads the same from pieces of %i bytes', async (size) => {
    const events = await collect(readEvents(inPieces(TEXT, size)))
    expect(events).toEqual([
      { event: 'snapshot', id: 'f-1', data: '{"a":"é🚀"}' },
      { event: 'change', id: 'f-2', data: '{}' },
    ])
  })
})

describe('openBearer', () => {
  const way = { kind: 'server', url: 'https://houston.acme.dev' } as const
  const inputsOf = (token?: string) =>
    ({ way: token === undefined ? way : { ...way, token: new Secret(token) } }) as Pick<Inputs, 'way'> as Inputs
  const open = (inputs: Inputs, env: Readonly<Record<string, string>> = {}): Bearer =>
    openBearer({ inputs, env, log: openRunnerLog(() => {}) }, () => 0)

  it('is the token that was given', async () => {
    expect(await open(inputsOf('hst_1'))('as-it-is')).toBe('hst_1')
  })

  it('is an identity for this server alone, hidden in the log, and asked for again when it gets old', async () => {
    const runner = nock('https://runner.dev', { reqheaders: { authorization: 'Bearer of-the-runner' } })
    for (const value of ['one.two.three', 'four.five.six', 'seven.eight.nine'])
      runner.get('/id').query({ v: '2', audience: way.url }).reply(200, { value })
    let log = ''
    let time = 0
    const env = {
      ACTIONS_ID_TOKEN_REQUEST_URL: 'https://runner.dev/id?v=2',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'of-the-runner',
    }
    const bearer = openBearer({ inputs: inputsOf(), env, log: openRunnerLog((text) => (log += text)) }, () => time)
    expect([await bearer('as-it-is'), await bearer('as-it-is')]).toEqual(['one.two.three', 'one.two.three'])
    expect(await bearer('afresh')).toBe('four.five.six')
    // GitHub's may end after five minutes.
    time = 240_000
    expect(await bearer('as-it-is')).toBe('seven.eight.nine')
    expect(hearCommands(log).map(({ name, data }) => `${name} ${data}`)).toEqual([
      'add-mask one.two.three',
      'add-mask four.five.six',
      'add-mask seven.eight.nine',
    ])
  })

  it('says why there is no identity', async () => {
    const env = {
      ACTIONS_ID_TOKEN_REQUEST_URL: 'http://127.0.0.1:1/id',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'of-the-runner',
    }
    await expect(open(inputsOf(), env)('as-it-is')).rejects.toThrow(
      /no identity for this job: .*(ECONNREFUSED|bad port)/,
    )
  })

  it('says which permission is missing', () => {
    expect(() => open(inputsOf())).toThrow(/permissions: id-token: write/)
  })
})

describe('followEvents', () => {
  const plan = planOf({ fleet: fleetOf({ a: 1 }) })
  const pageOf = (phase: 'running' | 'succeeded', host: HostState['phase']) =>
    reportRolloutPage({
      ...{ id: 'o1', requestedBy: { via: 'workflow', id: '7/1', name: 'ada' }, createdAt: 1, plan },
      hosts: [{ phase: host, attempt: 1 }],
      cursor: { phase, stage: 0, forgiven: { fleet: 0, stage: 0, zones: [0] } },
    })
  const [running, succeeded] = [pageOf('running', 'running'), pageOf('succeeded', 'succeeded')]
  const eventOf = (event: string, id: string, data: object) =>
    `event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`
  const snapshot = eventOf('snapshot', 'f-1', { seq: 1, ...running })
  const { report, spans } = succeeded
  const change = eventOf('change', 'f-2', { seq: 2, report, spans, signatures: [], hosts: [[0, 'succeeded', 1]] })

  async function follow(answers: (string | 'away')[], signal = new AbortController().signal) {
    const asked: (string | undefined)[] = []
    let time = 0
    const client: Pick<Client, 'stream'> = {
      async stream(_, { lastEventId }) {
        asked.push(lastEventId)
        const answer = answers.shift() ?? 'away'
        return answer === 'away' ? undefined : new Response(answer)
      },
    }
    const pause = async (ms: number) => {
      time += ms
    }
    const pages = await collect(followEvents({ client, pause, now: () => time }, 'o1', signal))
    return { asked, phases: pages.map((page) => page.report.phase), last: pages.at(-1)?.hosts }
  }

  it('goes on where a broken stream stopped', async () => {
    const { asked, phases, last } = await follow([snapshot, 'away', 'away', change])
    expect(asked).toEqual([undefined, 'f-1', 'f-1', 'f-1'])
    expect(phases).toEqual(['running', 'succeeded'])
    expect(last).toEqual([['a1', 0, 'succeeded', 1]])
  })

  it('takes a new snapshot from another server', async () => {
    const other = eventOf('snapshot', 'g-9', { seq: 9, ...succeeded })
    expect((await follow([snapshot, other])).phases).toEqual(['running', 'succeeded'])
  })

  it.each([
    [
      'a phase of a newer server',
      eventOf('snapshot', 'f-1', { seq: 1, ...running, report: { ...running.report, phase: 'x' } }),
    ],
    ['no JSON', 'event: snapshot\nid: f-1\ndata: {\n\n'],
  ])('loses sight at once where it does not understand: %s', async (_, unreadable) => {
    await expect(follow(Array(1_000).fill(unreadable))).rejects.toThrow('version that this step does not know')
  })

  it('gives up when no server says anything', async () => {
    await expect(follow([snapshot])).rejects.toThrow('away for too long')
  })

  it('looks once when nobody follows any longer', async () => {
    expect((await follow(['away', snapshot, change], AbortSignal.abort())).phases).toEqual(['running'])
  })
})

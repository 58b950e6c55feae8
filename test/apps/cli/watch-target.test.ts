// A terminal that follows a rollout at a server: through cuts, silence, what it does not understand, and a server that is away.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openServerSession } from '../../../src/apps/cli/server/server-session.ts'
import { watchRollout } from '../../../src/apps/cli/server/watch-rollout.ts'
import type { Look, Session } from '../../../src/apps/cli/session/session.ts'
import { openServedApi, type ServedApi } from '../../support/served-api.ts'
import { production } from './house-of.ts'

let served: ServedApi
let session: Session
let token: string
beforeEach(async () => {
  served = await openServedApi()
  token = await served.tokenOf('42')
  session = openServerSession({ url: served.url, token })
})
afterEach(() => served.close())

const wish = (ref: string) => ({ ...production, ref, all: false, backwards: false })
const never = new AbortController().signal

/** A stream that says this and stays open. */
function unending(text: string): Response {
  const body = new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode(text)) })
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
}

describe('a watch', () => {
  it('comes back to a watch that was cut, and misses nothing', async () => {
    served.house.remote.behave = ({ host }) => (host === 'b2' ? { kind: 'slow', ms: 400 } : 'ok')
    await session.deploy(wish('r1'))
    const looks: Look[] = []
    let cuts = 0
    for await (const look of session.watch(production, never)) {
      looks.push(look)
      if (cuts === 0 && look.report.hosts.succeeded > 0) cuts = served.cut()
    }
    expect(cuts).toBeGreaterThan(0)
    expect(looks.at(-1)?.report.phase).toBe('succeeded')
    const done = looks.flatMap(({ changes }) => changes).filter(({ phase }) => phase === 'succeeded')
    expect(done.map(({ host }) => host).sort()).toEqual(['a1', 'a2', 'a3', 'b1', 'b2', 'b3'])
    expect(served.requests.filter((each) => each.endsWith('/events'))).toHaveLength(2)
  })

  it('says once that the server is away, with what it said last', async () => {
    served.house.remote.behave = ({ host }) => (host === 'b2' ? { kind: 'slow', ms: 400 } : 'ok')
    await session.deploy(wish('r1'))
    const down = () => new Response('', { status: 503 })
    const looks: Look[] = []
    served.interject.push(
      (pass) => pass(),
      (pass) => pass(),
      down,
      down,
      down,
    )
    for await (const look of session.watch(production, never)) if (looks.push(look) === 1) served.cut()
    expect(looks.flatMap(({ away, report }) => (away ? [report.rollout] : []))).toEqual([looks[0]?.report.rollout])
    expect(looks.at(-1)).toMatchObject({ report: { phase: 'succeeded' } })
  }, 20_000)

  it('a connection that says nothing, not even that it lives, is left for another one', async () => {
    await session.deploy(wish('r1'))
    const newest = await session.status({ target: production })
    served.interject.push(
      () => new Response(new ReadableStream({}), { headers: { 'content-type': 'text/event-stream' } }),
    )
    const watching = { place: { url: served.url, token }, rollout: newest?.rollout ?? '', signal: never, silentMs: 300 }
    for await (const { report } of watchRollout(watching)) if (report.phase === 'succeeded') break
    expect(served.requests.filter((each) => each.endsWith('/events')).length).toBeGreaterThan(1)
  })

  it('begins a watch anew after an event that it does not understand, and shows nothing made of it', async () => {
    served.house.remote.behave = ({ host }) => (host === 'b2' ? { kind: 'slow', ms: 400 } : 'ok')
    await session.deploy(wish('r1'))
    const broken = ['change', 'snapshot', 'news'].map((event) => `event: ${event}\nid: x-1\ndata: {"report":1}\n\n`)
    const looks: Look[] = []
    const events = () => served.requests.filter((each) => each.endsWith('/events')).length
    served.interject.push((pass) => pass(), ...broken.map((text) => () => unending(text)))
    for await (const look of session.watch(production, never)) looks.push(look)
    expect(events()).toBe(4)
    expect(looks.at(-1)?.report.phase).toBe('succeeded')
  }, 20_000)

  it('ends a watch that is cancelled while nothing happens', async () => {
    served.house.remote.behave = () => 'hang'
    await session.deploy(wish('r1'))
    const stop = new AbortController()
    for await (const { report } of session.watch(production, stop.signal)) if (report.hosts.running > 0) stop.abort()
    expect(stop.signal.aborted).toBe(true)
  })
})

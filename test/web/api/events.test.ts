// The streams of rollouts over real connections: every change once, also after a cut; whoever does not read costs nothing.

import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { applyChange, type RolloutChange } from '../../../src/core/report-rollout-change.ts'
import type { RolloutPage } from '../../../src/core/report-rollout-page.ts'
import { schemaFaults } from '../../support/api-description.ts'
import { type ApiHouse, nobody, openApiHouse, stranger } from '../../support/api-house.ts'
import { type SseEvent, SseReader } from '../../support/sse-reader.ts'

let api: ApiHouse
let server: Server
let origin = ''
beforeEach(async () => {
  api = await openApiHouse()
  server = createServer(getRequestListener(api.web.fetch, { overrideGlobalObjects: false }))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(async () => {
  server.closeAllConnections()
  server.close()
  await api.close()
})

async function deploy(): Promise<string> {
  const { body } = await api.ask('POST', '/api/v1/rollouts', {
    body: { application: 'shop', environment: 'production', ref: 'r1' },
  })
  return (body as { rollout: string }).rollout
}

async function listen(rollout: string, lastEventId?: string) {
  const cut = new AbortController()
  const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId }
  const response = await fetch(`${origin}/api/v1/rollouts/${rollout}/events`, { headers, signal: cut.signal })
  return { response, cut, reader: new SseReader(response.body as ReadableStream<Uint8Array> | null) }
}

describe('events', () => {
  it('show a rollout to its end over connections that are cut after every other event', async () => {
    api.house.remote.behave = ({ host }) => (host === 'b3' ? 'fail' : { kind: 'slow', ms: 150 })
    const rollout = await deploy()
    let page: RolloutPage | undefined
    let last: SseEvent | undefined
    const seqs: number[] = []
    while (page?.report.phase !== 'halted' && page?.report.phase !== 'failed') {
      const { reader, cut } = await listen(rollout, last?.id)
      for (let n = 0; n < 2; n++) {
        if (page?.report.phase === 'halted' || page?.report.phase === 'failed') break
        last = await reader.next()
        const data = last?.data as RolloutPage & RolloutChange & { seq: number }
        seqs.push(data.seq)
        const name = last?.event === 'snapshot' ? 'RolloutSnapshot' : 'RolloutChange'
        expect(await schemaFaults(api.web, name, data)).toEqual([])
        page = last?.event === 'snapshot' || !page ? data : applyChange(page, data)
      }
      cut.abort()
    }
    expect(seqs).toEqual(seqs.map((_, index) => index + (seqs[0] ?? 0)))
    expect(page.hosts.map(([, , phase]) => phase).filter((phase) => phase === 'failed')).toHaveLength(1)
    expect(page.report.hosts).toMatchObject({ succeeded: 5, failed: 1 })
  })

  it('are headed as streams, answer HEAD without one, and are nothing to strangers', async () => {
    const rollout = await deploy()
    const { response, cut } = await listen(rollout)
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    expect(response.headers.get('cache-control')).toContain('no-store')
    cut.abort()
    for (let n = 0; n < 40; n++) {
      const head = await fetch(`${origin}/api/v1/rollouts/${rollout}/events`, { method: 'HEAD' })
      expect(head.status).toBe(200)
    }
    expect((await api.ask('GET', `/api/v1/rollouts/${rollout}/events`, { who: stranger })).status).toBe(404)
  })

  it('of a server that ends are not answered as if there were no rollout: clients would give up', async () => {
    const rollout = await deploy()
    api.feeds.close()
    const answer = await api.ask('GET', `/api/v1/rollouts/${rollout}/events`)
    expect(answer).toMatchObject({ status: 503, body: { reason: 'ending' } })
    expect(answer.headers.get('retry-after')).toBe('2')
  })

  it('are at most thirty for one person; each that ends makes room', async () => {
    const rollout = await deploy()
    const open = await Promise.all(Array.from({ length: 30 }, () => listen(rollout)))
    await Promise.all(open.map(({ reader }) => reader.next()))
    expect((await listen(rollout)).response.status).toBe(429)
    open[0]?.cut.abort()
    const again = async () => (await listen(rollout)).response.status
    await expect.poll(again).toBe(200)
    for (const { cut } of open) cut.abort()
  })

  it('are at most three hundred for all', async () => {
    const rollout = await deploy()
    const ask = (id: number) => {
      const person = { via: 'github', id: String(id), name: 'somebody' } as const
      api.desk.lookers.add(String(id))
      const who = { kind: 'known', by: 'session', person } as const
      return api.open(`/api/v1/rollouts/${rollout}/events`, who)
    }
    const open = await Promise.all(Array.from({ length: 300 }, (_, index) => ask(100 + Math.floor(index / 30))))
    expect(new Set(open.map(({ status }) => status))).toEqual(new Set([200]))
    expect((await ask(500)).status).toBe(503)
    await open[0]?.body?.cancel()
    expect((await ask(500)).status).toBe(200)
  })

  it('end after ten minutes, and whoever comes back is asked for their rights again', async () => {
    const rollout = await deploy()
    await api.house.engine.idle()
    const { reader } = await listen(rollout)
    expect((await reader.next())?.event).toBe('snapshot')
    const joined = await api.feeds.join(rollout)
    api.desk.lookers.clear()
    api.ahead.ms = 10 * 60_000 + 1_000
    joined?.feed.beat()
    expect(await reader.next()).toBeUndefined()
    expect((await listen(rollout)).response.status).toBe(404)
    joined?.leave()
  })

  it('hold nothing for whoever does not read, and show what is there when they read again', async () => {
    const rollout = await deploy()
    await api.house.engine.idle()
    const { reader, cut } = await listen(rollout)
    const snapshot = await reader.next()
    expect(snapshot?.data).toMatchObject({ report: { phase: 'succeeded' } })
    cut.abort()
    // A client that never reads its socket: it does not keep others from hearing.
    const silent = request(`${origin}/api/v1/rollouts/${rollout}/events`, (response) => response.pause())
    silent.on('error', () => {})
    silent.end()
    expect((await (await listen(rollout)).reader.next())?.event).toBe('snapshot')
    silent.destroy()
  })
})

describe('the events of environments', () => {
  const PATH = '/v1/environments/events'
  const open = async (headers: Record<string, string> = {}) => {
    const response = await fetch(`${origin}/api${PATH}`, { headers })
    return { response, reader: new SseReader(response.body as ReadableStream<Uint8Array> | null) }
  }

  it('are a snapshot, then what changed, as they are described', async () => {
    const { response, reader } = await open()
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    const first = await reader.next()
    expect(first).toMatchObject({
      event: 'snapshot',
      data: { environments: [{ environment: 'production', hosts: 0 }] },
    })
    await deploy()
    const next = await reader.next()
    expect(next).toMatchObject({ event: 'change', data: { environments: [{ latest: { release: 'r1' } }] } })
    for (const event of [first, next]) expect(await schemaFaults(api.web, 'EnvironmentRows', event?.data)).toEqual([])
    await reader.cancel()
  })

  it('are empty for a stranger, and nothing for nobody', async () => {
    await api.ask('GET', '/api/v1/me', { who: stranger })
    const { reader } = await open()
    expect(await reader.next()).toMatchObject({ event: 'snapshot', data: { environments: [] } })
    await reader.cancel()
    await api.ask('GET', '/api/v1/me', { who: nobody })
    expect((await open()).response.status).toBe(401)
  })

  it('end with 503 when the server ends', async () => {
    api.board.close()
    expect((await open()).response.status).toBe(503)
  })
})

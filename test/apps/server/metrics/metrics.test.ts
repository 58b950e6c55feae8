// The measures of a process that rolls out over a thousand hosts on the embedded store: right, readable, few, and for nobody
// else's eyes.

import { request } from 'node:http'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OpenStore } from '../../../../src/adapters/postgres/open-store.ts'
import { systemClock } from '../../../../src/apps/cli/system-clock.ts'
import { systemIds } from '../../../../src/apps/cli/system-ids.ts'
import { createPlaceLabels } from '../../../../src/apps/server/metrics/bound-labels.ts'
import { type Metrics, openMetrics } from '../../../../src/apps/server/metrics/metrics.ts'
import { serveHttp } from '../../../../src/apps/server/serve-http.ts'
import { Secret } from '../../../../src/core/secret.ts'
import { Engine, type EngineDeps } from '../../../../src/engine/engine.ts'
import type { Backlog } from '../../../../src/engine/ports-backlog.ts'
import { FakeRemote } from '../../../support/fake-remote.ts'
import { openEmbedded } from '../../../support/on-stores.ts'
import { deployOf, when } from './rollout.ts'
import { readSamples, type Sample, sumOf } from './scrape.ts'

const HOSTS = 1_000
const FAILING = ['a7', 'b20', 'b21']

type Open = { metrics: Metrics; address: string; close: () => void }

async function serveMetrics(token?: Secret): Promise<Open> {
  const metrics = openMetrics(token)
  const failed = (fault: Error) => {
    throw fault
  }
  const { address, server } = await serveHttp({
    ...{ listen: { host: '127.0.0.1', port: 0 }, routes: metrics.routes, failed },
  })
  metrics.http(server)
  return { metrics, address, close: () => server.close() && server.closeAllConnections() }
}

/** With a `Host` of one's own, which `fetch` does not allow. */
function ask({ address }: Open, headers: Record<string, string> = {}, path = '/metrics') {
  const [host, port] = address.split(':')
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const asked = request({ host, port, path, headers }, async (answer) => {
      const chunks: Buffer[] = []
      for await (const chunk of answer) chunks.push(chunk)
      resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString() })
    })
    asked.on('error', reject).end()
  })
}

async function scrape(open: Open): Promise<Sample[]> {
  const { status, text } = await ask(open)
  expect(status).toBe(200)
  return readSamples(text)
}

describe('a rollout over a thousand hosts', () => {
  let open: Open
  let store: OpenStore
  let engine: Engine
  let before: Sample[]
  let after: Sample[]
  beforeAll(async () => {
    ;[open, store] = await Promise.all([serveMetrics(), openEmbedded()])
    const remote = new FakeRemote(systemClock)
    remote.behave = ({ host }) => (FAILING.includes(host) ? 'fail' : 'ok')
    const deps: EngineDeps = {
      ...{ store: open.metrics.store(store.store), jobs: store.jobs.rollouts, remote: open.metrics.remote(remote) },
      ...{ clock: systemClock, ids: systemIds },
      failed: (_, error) => {
        throw error
      },
    }
    open.metrics.opened({ backlog: store.backlog, sessions: () => 7 })
    engine = new Engine(deps)
    await engine.start()
    before = await scrape(open)
    await when(engine, 'failed', () => engine.deploy(deployOf(HOSTS)))
    after = await scrape(open)
  }, 60_000)
  afterAll(async () => {
    await engine?.stop()
    await store?.close()
    open?.close()
  })

  const place = { application: 'shop', environment: 'production', kind: 'deploy' }
  it.each([
    ['houston_hosts_total', { ...place, outcome: 'succeeded' }, HOSTS - FAILING.length],
    ['houston_hosts_total', { ...place, outcome: 'failed' }, FAILING.length],
    ['houston_host_runs_total', { outcome: 'succeeded' }, HOSTS - FAILING.length],
    ['houston_host_runs_total', { outcome: 'failed' }, FAILING.length],
    ['houston_rollout_phases_total', { ...place, phase: 'created' }, 1],
    ['houston_rollout_phases_total', { ...place, phase: 'running' }, 1],
    ['houston_rollout_phases_total', { ...place, phase: 'failed' }, 1],
    ['houston_rollout_duration_seconds_count', { kind: 'deploy', outcome: 'failed' }, 1],
    ['houston_step_duration_seconds_count', { step: 'switch', outcome: 'done' }, HOSTS],
    ['houston_step_duration_seconds_count', { outcome: 'failed' }, FAILING.length],
    ['houston_hosts_claimed', {}, 0],
  ])('%s %o is %i afterwards', (name, labels, value) => {
    expect(sumOf(before, name, labels)).toBe(0)
    expect(sumOf(after, name, labels)).toBe(value)
  })

  it('says what the process itself does', () => {
    expect(sumOf(after, 'houston_ssh_sessions')).toBe(7)
    expect(sumOf(after, 'houston_store_up')).toBe(1)
    expect(sumOf(after, 'houston_commit_duration_seconds_count', { outcome: 'committed' })).toBeGreaterThan(0)
    expect(sumOf(after, 'houston_http_request_duration_seconds_count', { part: 'metrics', status: '2xx' })).toBe(1)
    for (const name of ['nodejs_eventloop_lag_p99_seconds', 'process_resident_memory_bytes'])
      expect(after.some((sample) => sample.name === name)).toBe(true)
  })

  it('has no more series than for a few hosts, and names none of them', () => {
    const own = after.filter(({ name }) => name.startsWith('houston_'))
    expect(own.length).toBeLessThan(250)
    const values = own.flatMap(({ labels }) => Object.values(labels))
    expect(values.filter((value) => /^[ab]\d+$|ada|127\.0/.test(value))).toEqual([])
  })
})

describe('what people choose bounds no series', () => {
  it('places after the first are one', () => {
    const labels = createPlaceLabels(2)
    const seen = ['a', 'b', 'c', 'a', 'd'].map(
      (application) => labels({ application, environment: 'prod' }).application,
    )
    expect(seen).toEqual(['a', 'b', 'other', 'a', 'other'])
  })

  it('paths and methods are told by their part', async () => {
    const open = await serveMetrics()
    for (let count = 0; count < 50; count += 1) await ask(open, {}, `/secret-${count}/x?token=hst_${count}`)
    const { text } = await ask(open)
    expect(text).not.toMatch(/secret-|hst_/)
    expect(sumOf(readSamples(text), 'houston_http_request_duration_seconds_count', { part: 'other' })).toBe(50)
    open.close()
  })
})

describe('who may read', () => {
  const token = new Secret('0123456789abcdef')
  it.each<[string, Secret | undefined, Record<string, string>, number]>([
    ['a program of this machine', undefined, {}, 200],
    ['by the name localhost', undefined, { host: 'localhost:8080' }, 200],
    ['a page that was rebound to loopback', undefined, { host: 'evil.dev' }, 403],
    ['a name that only begins so', undefined, { host: '127.0.0.1.evil.dev' }, 403],
    ['somebody behind a proxy', undefined, { 'x-forwarded-for': '203.0.113.9' }, 403],
    ['somebody behind a proxy that says so', undefined, { forwarded: 'for=203.0.113.9' }, 403],
    ['without the token', token, {}, 401],
    ['with another', token, { authorization: 'Bearer 0123456789abcdeF' }, 401],
    ['with a part of it', token, { authorization: 'Bearer 0123456789abcde' }, 401],
    ['with it in another scheme', token, { authorization: 'Basic 0123456789abcdef' }, 401],
    ['with it, from anywhere', token, { authorization: 'Bearer 0123456789abcdef', host: 'houston.acme.dev' }, 200],
  ])('%s', async (_, wanted, headers, status) => {
    const open = await serveMetrics(wanted)
    const answer = await ask(open, headers)
    expect(answer.status).toBe(status)
    expect(answer.text.includes('houston_build_info')).toBe(status === 200)
    open.close()
  })
})

it('somebody behind a proxy that says nothing: only proxies speak HTTP/1.0', async () => {
  const open = await serveMetrics()
  const [host, port] = open.address.split(':')
  const text = await new Promise<string>((resolve) => {
    const socket = connect(Number(port), host)
    let heard = ''
    socket.on('data', (chunk: Buffer) => {
      heard += chunk
    })
    socket.on('close', () => resolve(heard))
    socket.write(`GET /metrics HTTP/1.0\r\nHost: ${open.address}\r\n\r\n`)
  })
  expect(text).toMatch(/^HTTP\/1\.1 403/)
  open.close()
})

describe('a store that does not answer', () => {
  it.each<[string, Backlog['read']]>([
    ['refuses', () => Promise.reject(new Error('gone'))],
    ['hangs', () => new Promise(() => {})],
  ])('%s: the scrape is answered, and says so', async (_, read) => {
    const open = await serveMetrics()
    open.metrics.opened({ backlog: { read }, sessions: () => 0 })
    expect(sumOf(await scrape(open), 'houston_store_up')).toBe(0)
    open.close()
  })

  it('is not asked more often because more people look', async () => {
    const open = await serveMetrics()
    let asked = 0
    const none = { count: 0, oldestMs: 0 }
    const read = async () => {
      asked += 1
      return { rollouts: [], inbox: none, letters: none, jobs: [], projections: [] }
    }
    open.metrics.opened({ backlog: { read }, sessions: () => 0 })
    await Promise.all(Array.from({ length: 20 }, () => scrape(open)))
    expect(asked).toBe(1)
    open.close()
  })
})

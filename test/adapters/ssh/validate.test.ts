// TCP and HTTP checks through the SSH connection, between start and undrain.

import { createServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSshRemote } from '../../../src/adapters/ssh/remote.ts'
import type { Host } from '../../../src/core/fleet.ts'
import type { Check } from '../../../src/core/recipe.ts'
import type { Remote } from '../../../src/engine/ports.ts'
import { makePlace, type Place } from './place.ts'
import { startProxy, type TcpProxy } from './proxy.ts'
import { begin, workOf } from './rollout.ts'
import { freePort, sshdMissing, startSshd } from './sshd.ts'

describe.skipIf(sshdMissing)(`validation through the connection ${sshdMissing ?? ''}`, () => {
  let place: Place
  let proxy: TcpProxy
  let remote: Remote
  const servers: Server[] = []
  let asked: string[] = []
  let answers: number[] = []
  let onAsked = () => {}
  let web = 0
  let mute = 0
  const listen = (server: Server) =>
    new Promise<number>((resolve) => {
      servers.push(server)
      server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
    })
  beforeAll(async () => {
    place = await makePlace()
    proxy = await startProxy(place.sshd.port)
    const knownHosts = [...place.settings.knownHosts, `[127.0.0.1]:${proxy.port} ${place.sshd.hostKey}\n`]
    remote = createSshRemote({ ...place.settings, knownHosts })
    web = await listen(
      createServer((request, response) => {
        asked.push(request.url ?? '')
        onAsked()
        response.writeHead(answers.shift() ?? 200).end('x'.repeat(100_000))
      }),
    )
    mute = await listen(createTcpServer(() => {}))
  })
  afterAll(async () => {
    await remote.close()
    proxy.close()
    for (const server of servers) server.close()
    await place.stop()
  })

  const work = (host: Host, check: Check, retries = 2) =>
    workOf({
      ...{ hosts: [host], directory: place.directory },
      recipe: {
        scripts: { start: 'echo started >>ran; echo one', undrain: 'echo undrained >>ran; echo two' },
        validate: { check, retries, intervalMs: 10, timeoutMs: 500 },
      },
    })
  const http = (path = '/healthz', port = web): Check => ({
    kind: 'http',
    address: '127.0.0.1',
    port,
    path,
    status: 200,
  })
  const run = async (check: Check, retries = 2, host = place.fresh()) => {
    asked = []
    const running = begin(remote, work(host, check, retries))
    const report = await running.ended()
    return { host, report, steps: running.reports.flatMap((seen) => (seen.kind === 'host-step' ? [seen.step] : [])) }
  }

  test('a second part whose shell is killed is attached to, and says its steps again', async () => {
    const host = place.fresh()
    const gate = place.gate()
    const { work: whole, ...rollout } = work(host, { kind: 'tcp', address: '127.0.0.1', port: mute })
    const undrain = `echo undrained >>ran; ${gate.text}`
    const gated = { ...rollout, work: { ...whole, recipe: { ...whole.recipe, scripts: { undrain } } } }
    const isUndrained = (report: object) => Reflect.get(report, 'step') === 'undrain'
    const first = begin(remote, gated)
    await first.seen(isUndrained)
    const [shell] = place.read(host, '.houston/runs/a1.1/verdict').split(' ')
    process.kill(Number(shell), 'SIGKILL')
    const second = begin(remote, gated)
    await second.seen(isUndrained)
    await gate.open()
    for (const running of [first, second]) expect(await running.ended()).toMatchObject({ kind: 'host-succeeded' })
    expect(place.read(host, 'releases/r1/ran')).toBe('undrained\n')
  })

  test('stands between start and undrain, and each part runs once', async () => {
    answers = [503, 500, 200]
    const { host, report, steps } = await run(http())
    expect(report).toMatchObject({ kind: 'host-succeeded', log: { head: 'one\ntwo\n' } })
    expect(steps).toEqual(['switch', 'start', 'validate', 'undrain'])
    expect(asked).toEqual(['/healthz', '/healthz', '/healthz'])
    expect(place.read(host, 'releases/r1/ran')).toBe('started\nundrained\n')
  })

  test.each<[string, () => Check, string]>([
    ['a wrong status', () => http('/x'), 'http check: HTTP 503'],
    ['nobody there', () => http('/x', 1), 'http check: connection refused'],
    ['no answer', () => http('/x', mute), 'http check: no answer within 0.5 s'],
    ['no listener', () => ({ kind: 'tcp', address: '127.0.0.1', port: 1 }), 'tcp check: connection refused'],
  ])('%s fails the host, keeps it drained, and stays its outcome', async (_, check, signature) => {
    answers = [503, 503, 503]
    const { host, report } = await run(check(), 1)
    expect(report).toMatchObject({ kind: 'host-failed', step: 'validate', signature })
    expect(place.read(host, 'releases/r1/ran')).toBe('started\n')
    answers = []
    expect((await run(check(), 0, host)).report).toMatchObject({ kind: 'host-failed', step: 'validate', signature })
    expect(asked).toEqual([])
  })

  test('tcp: a listener is enough', async () => {
    expect((await run({ kind: 'tcp', address: '127.0.0.1', port: mute })).report.kind).toBe('host-succeeded')
  })

  test('a path cannot smuggle a header', async () => {
    answers = []
    expect((await run(http('/a b\r\nX: y'))).report.kind).toBe('host-succeeded')
    expect(asked).toEqual(['/a%20b%0D%0AX:%20y'])
  })

  test('a connection that is lost before the verdict is asked again; nothing runs twice', async () => {
    const host = place.fresh({ port: proxy.port })
    onAsked = () => {
      onAsked = () => {}
      proxy.cut()
    }
    const { report } = await run(http(), 2, host)
    expect(report.kind).toBe('host-succeeded')
    expect(place.read(host, 'releases/r1/ran')).toBe('started\nundrained\n')
  })

  test('a daemon that keeps stdout does not hold it up', async () => {
    const port = await freePort()
    const server = `${process.execPath} -e "require('http').createServer((q, s) => s.end('ok')).listen(${port}, '127.0.0.1')"`
    const host = place.fresh()
    const recipe = workOf({
      ...{ hosts: [host], directory: place.directory },
      recipe: {
        scripts: { start: `${server} & echo $! >pid`, undrain: 'echo two' },
        validate: { check: http('/', port), retries: 100, intervalMs: 50, timeoutMs: 500 },
      },
    })
    const report = await begin(remote, recipe).ended()
    process.kill(Number(place.read(host, 'releases/r1/pid')))
    expect(report).toMatchObject({ kind: 'host-succeeded', log: { head: 'two\n' } })
  })

  test('a server that forbids forwarding says so', async () => {
    const strict = await startSshd('AllowTcpForwarding no')
    const settings = {
      knownHosts: [strict.knownHosts],
      identities: { test: { kind: 'key', pem: strict.pem } as const },
    }
    const other = createSshRemote(settings)
    const wish = { ...work(strict.host('h'), http(), 0) }
    expect(await begin(other, wish).ended()).toMatchObject({
      signature: 'http check: the host forbids port forwarding',
    })
    await other.close()
    strict.stop()
  })
})

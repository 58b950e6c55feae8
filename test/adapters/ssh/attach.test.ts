// A run outlives whoever began it: cut, frozen and replaced controllers, and rollouts that meet on one host.

import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSshRemote } from '../../../src/adapters/ssh/remote.ts'
import type { Host } from '../../../src/core/fleet.ts'
import type { Remote } from '../../../src/engine/ports.ts'
import { makePlace, type Place } from './place.ts'
import { startProxy, type TcpProxy } from './proxy.ts'
import { begin, listen, type Wish, workOf } from './rollout.ts'
import { sshdMissing } from './sshd.ts'

describe.skipIf(sshdMissing)(`a run that is looked at more than once ${sshdMissing ?? ''}`, () => {
  let place: Place
  let proxy: TcpProxy
  let impatient: Remote
  beforeAll(async () => {
    place = await makePlace()
    proxy = await startProxy(place.sshd.port)
    const knownHosts = [...place.settings.knownHosts, `[127.0.0.1]:${proxy.port} ${place.sshd.hostKey}\n`]
    const keepalive = { intervalMs: 100, count: 3 }
    impatient = createSshRemote({ ...place.settings, knownHosts, keepalive, deadlines: { attachMs: 2_500 } })
  })
  afterAll(async () => {
    await impatient.close()
    proxy.close()
    await place.stop()
  })

  const work = (host: Host, wish: Partial<Wish>) => workOf({ hosts: [host], directory: place.directory, ...wish })
  const proxied = () => place.fresh({ port: proxy.port })
  const gated = () => {
    const gate = place.gate()
    const start = `echo begun >>ran; echo before; ${gate.text}; echo after; echo ended >>ran`
    return { gate, recipe: { scripts: { start } } }
  }
  const started = { step: 'start', kind: 'host-step' }
  const atStart = (report: object) =>
    Object.entries(started).every(([key, value]) => Reflect.get(report, key) === value)
  const once = 'begun\nended\n'

  test.each(['cut', 'silence'] as const)(
    'connection %s in the middle of a step: it goes on, and runs once',
    async (how) => {
      const host = proxied()
      const { gate, recipe } = gated()
      const running = begin(impatient, work(host, { recipe }))
      await running.seen(atStart)
      proxy[how]()
      await gate.open()
      const report = await running.ended()
      expect(report).toMatchObject({ kind: 'host-succeeded', log: { head: 'before\nafter\n' } })
      expect(running.reports.filter(atStart)).toHaveLength(1)
      expect(place.read(host, 'releases/r1/ran')).toBe(once)
    },
  )

  test('a host that stays out of sight is unknown; a later claim attaches', async () => {
    const host = proxied()
    const { gate, recipe } = gated()
    const first = begin(impatient, work(host, { recipe }))
    await first.seen(atStart)
    proxy.refuse(true)
    proxy.cut()
    expect(await first.ended()).toMatchObject({ kind: 'host-unknown' })
    proxy.refuse(false)
    const second = listen(impatient, work(host, { recipe, epoch: 1_001 }))
    second.session.run([{ host: 0, attempt: 1, mayBegin: false }])
    await second.seen(atStart)
    await gate.open()
    expect(await second.ended()).toMatchObject({ kind: 'host-succeeded' })
    expect(place.read(host, 'releases/r1/ran')).toBe(once)
  })

  test('a controller that is gone leaves the recipe running; the next one attaches', async () => {
    const host = place.fresh()
    const { gate, recipe } = gated()
    const first = begin(place.remote, work(host, { recipe }))
    await first.seen(atStart)
    const count = first.reports.length
    first.session.detach()
    await gate.open()
    const second = begin(place.remote, work(host, { recipe, epoch: 1_001 }))
    expect(await second.ended()).toMatchObject({ kind: 'host-succeeded', log: { head: 'before\nafter\n' } })
    expect(first.reports).toHaveLength(count)
    expect(place.read(host, 'releases/r1/ran')).toBe(once)
  })

  test('two claims of one attempt at the same time run it once, and both see its end', async () => {
    const host = place.fresh()
    const { gate, recipe } = gated()
    const both = [begin(place.remote, work(host, { recipe })), begin(place.remote, work(host, { recipe }))]
    await Promise.all(both.map((running) => running.seen(atStart)))
    await gate.open()
    for (const running of both) expect(await running.ended()).toMatchObject({ kind: 'host-succeeded' })
    expect(place.read(host, 'releases/r1/ran')).toBe(once)
  })

  test('a recipe whose processes are killed is interrupted, a failure', async () => {
    const host = place.fresh()
    const { recipe } = gated()
    const running = begin(place.remote, work(host, { recipe }))
    await running.seen(atStart)
    const [pid] = place.read(host, '.houston/runs/a1.1/begun').split(' ')
    const group = execFileSync('ps', ['-o', 'pgid=', '-p', pid ?? ''])
      .toString()
      .trim()
    process.kill(-Number(group), 'SIGKILL')
    expect(await running.ended()).toMatchObject({
      kind: 'host-failed',
      step: 'start',
      signature: 'start was interrupted',
    })
    const again = begin(place.remote, work(host, { recipe }))
    expect(await again.ended()).toMatchObject({ kind: 'host-failed', signature: 'start was interrupted' })
  })

  test('a stale controller is refused by the host and concludes nothing', async () => {
    const host = place.fresh()
    await begin(place.remote, work(host, { epoch: 2_000, rollout: 'new' })).ended()
    const stale = begin(place.remote, work(host, { epoch: 1_999, rollout: 'old' }))
    expect(await stale.ended()).toMatchObject({
      kind: 'host-unknown',
      signature: 'fenced: a newer rollout owns this host',
    })
    expect(place.has(host, '.houston/runs/old.1')).toBe(false)
    const attaching = listen(place.remote, work(host, { epoch: 1_998, rollout: 'new' }))
    attaching.session.run([{ host: 0, attempt: 1, mayBegin: false }])
    expect(await attaching.ended()).toMatchObject({ kind: 'host-unknown' })
  })

  test('a claim that may not begin says so when the host has no such run', async () => {
    const host = place.fresh()
    const running = listen(place.remote, work(host, {}))
    running.session.run([{ host: 0, attempt: 1, mayBegin: false }])
    expect(await running.ended()).toMatchObject({ kind: 'host-withdrawn', absent: true })
  })

  test('a newer rollout waits for the run of an older one', async () => {
    const host = place.fresh()
    const { gate, recipe } = gated()
    const older = begin(place.remote, work(host, { recipe }))
    await older.seen(atStart)
    const scripts = { start: 'cat ../r1/ran' }
    const newer = begin(
      place.remote,
      work(host, { recipe: { scripts }, rollout: 'b1', epoch: 1_001, release: { id: 'r2' } }),
    )
    await gate.open()
    expect(await newer.ended()).toMatchObject({ kind: 'host-succeeded', log: { head: once } })
    expect(await older.ended()).toMatchObject({ kind: 'host-succeeded' })
  })

  test('it waits no longer than its own deadline', async () => {
    const host = place.fresh()
    const { gate, recipe } = gated()
    const older = begin(place.remote, work(host, { recipe }))
    await older.seen(atStart)
    const newer = begin(place.remote, work(host, { recipe: { timeoutMs: 1_000 }, rollout: 'b1', epoch: 1_001 }))
    expect(await newer.ended()).toMatchObject({
      kind: 'host-failed',
      signature: 'another rollout is still running on this host',
    })
    await gate.open()
    expect(await older.ended()).toMatchObject({ kind: 'host-succeeded' })
  })

  test('a rollback stops it instead', async () => {
    const host = place.fresh()
    const { recipe } = gated()
    const older = begin(place.remote, work(host, { recipe }))
    await older.seen(atStart)
    const back = begin(place.remote, work(host, { preempt: true, rollout: 'b1', epoch: 1_001, release: { id: 'r0' } }))
    expect(await back.ended()).toMatchObject({ kind: 'host-succeeded', installed: 'r0' })
    const fenced = { kind: 'host-unknown', signature: 'fenced: a newer rollout owns this host' }
    expect(await older.ended()).toMatchObject(fenced)
    expect(place.read(host, '.houston/runs/a1.1/result')).toBe('interrupted start 0 - end\n')
    expect(place.read(host, 'releases/r1/ran')).toBe('begun\n')
  })

  test('a claim that was not begun is given back; one that was begun is not', async () => {
    const one = createSshRemote({ ...place.settings, maxSessions: 1 })
    const hosts = [place.fresh(), place.fresh()]
    const { gate, recipe } = gated()
    const running = begin(one, workOf({ hosts, directory: place.directory, recipe }))
    await running.seen(atStart)
    running.session.withdraw()
    expect(await running.ended(1)).toMatchObject({ kind: 'host-withdrawn', absent: false })
    await gate.open()
    expect(await running.ended(0)).toMatchObject({ kind: 'host-succeeded' })
    // Whatever was still queued has had its turn before this one.
    await begin(one, work(place.fresh(), {})).ended()
    expect(place.has(hosts[1] ?? place.fresh(), '.houston')).toBe(false)
    await one.close()
  })

  test('a claim that is withdrawn while it dials is given back at once, and nothing is begun later', async () => {
    const knownHosts = [...place.settings.knownHosts, `[127.0.0.1]:${proxy.port} ${place.sshd.hostKey}\n`]
    const one = createSshRemote({ ...place.settings, knownHosts, maxSessions: 1 })
    const host = proxied()
    const release = proxy.hold()
    const accepted = proxy.count()
    const running = begin(one, work(host, {}))
    while (proxy.count() === accepted) await new Promise(setImmediate)
    running.session.withdraw()
    expect(await running.ended()).toMatchObject({ kind: 'host-withdrawn', absent: false })
    release()
    await begin(one, work(place.fresh(), {})).ended()
    expect(place.has(host, '.houston')).toBe(false)
    await one.close()
  })
})

// What every `Remote` promises, wherever its connections live. A bench gives hosts, and knows what happened on them.

import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Host } from '../../src/core/fleet.ts'
import type { Claim, HostReport, Remote, RemoteSession, RolloutWork } from '../../src/engine/ports.ts'

/** `gated`: its start step waits until it is let go. */
export type Manner = 'quick' | 'gated' | 'failing'

export type Deal = { rollout?: string; epoch?: number; preempt?: boolean; release?: string }

export type RemoteBench = {
  remote: Remote
  /** Hosts that nobody has used. */
  fresh(count: number, reach?: 'unreachable'): Host[]
  work(hosts: readonly Host[], manner: Manner, deal?: Deal): RolloutWork
  letGo(host: Host, rollout: string): Promise<void>
  /** How often a rollout began on a host, by the host's own record. */
  begins(host: Host, rollout: string): number
  probeDirectory: string
  close(): Promise<void>
}

const ROLLOUT = 'o1'
const EPOCH = 1_000

export function remoteSuite(open: () => Promise<RemoteBench>): void {
  let bench: RemoteBench
  beforeAll(async () => {
    bench = await open()
  })
  afterAll(() => bench?.close())

  const one = (manner: Manner, deal?: Deal) => {
    const [host] = bench.fresh(1)
    if (!host) throw new Error('the bench has no host')
    return { host, work: bench.work([host], manner, deal) }
  }

  it('begins once, however many ask, and each hears its end', async () => {
    const { host, work } = one('gated')
    const both = [ask(bench.remote, work), ask(bench.remote, work)]
    await Promise.race(both.map((asked) => asked.started()))
    await bench.letGo(host, ROLLOUT)
    for (const asked of both) expect(await asked.ended()).toMatchObject({ kind: 'host-succeeded', installed: 'r1' })
    for (const { session } of both) session.detach()
    expect(bench.begins(host, ROLLOUT)).toBe(1)
  })

  it('tells the steps in their order, and then the end with its log; of every host', async () => {
    const hosts = bench.fresh(7)
    const asked = ask(bench.remote, bench.work(hosts, 'quick'))
    await Promise.all(hosts.map((_, index) => asked.ended(index)))
    asked.session.detach()
    for (const index of hosts.keys()) {
      const mine = asked.reports.filter((report) => report.host === index)
      const words = mine.map((report) => (report.kind === 'host-step' ? report.step : report.kind))
      expect(words.filter((word) => word !== 'validate')).toEqual(['switch', 'start', 'host-succeeded'])
      expect(mine.at(-1)?.log?.head).toContain(hosts[index]?.name)
    }
  })

  it('a failure comes with its step, its signature and its log', async () => {
    const { work } = one('failing')
    const asked = ask(bench.remote, work)
    const end = await asked.ended()
    asked.session.detach()
    expect(end).toMatchObject({
      kind: 'host-failed',
      step: 'start',
      signature: expect.stringMatching(/^start exited 1/),
    })
    expect(end.log).toBeDefined()
  })

  it('a host that cannot be reached is unreachable, and says why', async () => {
    const hosts = bench.fresh(1, 'unreachable')
    const asked = ask(bench.remote, bench.work(hosts, 'quick'))
    expect(await asked.ended()).toMatchObject({ kind: 'host-unreachable', signature: expect.stringMatching(/\w/) })
    asked.session.detach()
  })

  it('after detach nothing is heard and the run goes on; the next one attaches', async () => {
    const { host, work } = one('gated')
    const first = ask(bench.remote, work)
    await first.started()
    first.session.detach()
    const heard = first.reports.length
    await bench.letGo(host, ROLLOUT)
    const second = ask(bench.remote, { ...work, epoch: EPOCH + 1 })
    expect(await second.ended()).toMatchObject({ kind: 'host-succeeded' })
    second.session.detach()
    expect(first.reports).toHaveLength(heard)
    expect(bench.begins(host, ROLLOUT)).toBe(1)
  })

  it('a claim that may not begin only attaches: without a run it comes back, absent', async () => {
    const { host, work } = one('quick')
    const asked = ask(bench.remote, work, { mayBegin: false })
    expect(await asked.ended()).toEqual({ host: 0, attempt: 1, kind: 'host-withdrawn', absent: true })
    asked.session.detach()
    expect(bench.begins(host, ROLLOUT)).toBe(0)
  })

  it('withdraw ends every claim that has not begun, and none that has', async () => {
    const [begun, ...others] = bench.fresh(4)
    if (!begun) throw new Error('the bench has no host')
    const asked = listen(bench.remote, bench.work([begun, ...others], 'gated'))
    asked.session.run([claimOf(0)])
    await asked.started()
    asked.session.run(others.map((_, index) => claimOf(index + 1)))
    asked.session.withdraw()
    for (const [index, host] of others.entries()) {
      const told = await asked.seen((report) => report.host === index + 1)
      const came = told.kind === 'host-withdrawn' ? 0 : 1
      expect(bench.begins(host, ROLLOUT)).toBe(came)
      if (came) await bench.letGo(host, ROLLOUT)
      if (!came) expect(told).toMatchObject({ absent: false })
    }
    await bench.letGo(begun, ROLLOUT)
    expect(await asked.ended(0)).toMatchObject({ kind: 'host-succeeded' })
    asked.session.detach()
  })

  it('an older epoch is refused by the host and begins nothing', async () => {
    const { host, work } = one('quick', { rollout: 'new', epoch: EPOCH })
    const newer = ask(bench.remote, work)
    await newer.ended()
    const stale = ask(bench.remote, bench.work([host], 'quick', { rollout: 'old', epoch: EPOCH - 1 }))
    expect(await stale.ended()).toMatchObject({ kind: 'host-unknown' })
    for (const { session } of [newer, stale]) session.detach()
    expect(bench.begins(host, 'old')).toBe(0)
  })

  it('a rollback stops what runs there, and runs', async () => {
    const { host, work } = one('gated', { rollout: 'bad' })
    const older = ask(bench.remote, work)
    await older.started()
    const back = { rollout: 'back', epoch: EPOCH + 1, preempt: true, release: 'r0' }
    const asked = ask(bench.remote, bench.work([host], 'quick', back))
    expect(await asked.ended()).toMatchObject({ kind: 'host-succeeded', installed: 'r0' })
    expect(['host-failed', 'host-unknown']).toContain((await older.ended()).kind)
    for (const { session } of [older, asked]) session.detach()
  })

  it('reads what hosts run, in the order asked', async () => {
    const [used, untouched] = bench.fresh(2)
    if (!used || !untouched) throw new Error('the bench has no hosts')
    const asked = ask(bench.remote, bench.work([used], 'quick'))
    await asked.ended()
    asked.session.detach()
    const readings = await bench.remote.probe([untouched, used], bench.probeDirectory)
    expect(readings).toMatchObject([{ kind: 'read' }, { kind: 'read', installed: 'r1', current: 'r1', ended: 'ok' }])
    expect(readings[0]).not.toHaveProperty('installed')
    expect(readings[0]).not.toHaveProperty('ended')
  })

  it('reads what a host ran before, and that its last run failed', async () => {
    const { host, work } = one('quick')
    const roll = async (rolled: RolloutWork) => {
      const asked = ask(bench.remote, rolled)
      await asked.ended()
      asked.session.detach()
      return (await bench.remote.probe([host], bench.probeDirectory))[0]
    }
    expect(await roll(work)).not.toHaveProperty('previous')
    const newer = bench.work([host], 'quick', { rollout: 'o2', epoch: EPOCH + 1, release: 'r2' })
    expect(await roll(newer)).toMatchObject({ installed: 'r2', previous: 'r1', ended: 'ok' })
    const bad = bench.work([host], 'failing', { rollout: 'o3', epoch: EPOCH + 2, release: 'r3' })
    expect(await roll(bad)).toMatchObject({ installed: 'r2', previous: 'r1', ended: 'failed' })
  })
}

export type Asked = {
  session: RemoteSession
  reports: HostReport[]
  seen(fits: (report: HostReport) => boolean): Promise<HostReport>
  /** The report that ends the claim of a host. */
  ended(host?: number): Promise<HostReport>
  started(host?: number): Promise<HostReport>
}

export function claimOf(host: number, over: Partial<Claim> = {}): Claim {
  return { host, attempt: 1, mayBegin: true, ...over }
}

/** Claims every host of the work. */
export function ask(remote: Remote, work: RolloutWork, over: Partial<Claim> = {}): Asked {
  const asked = listen(remote, work)
  asked.session.run(work.hosts.map((_, host) => claimOf(host, over)))
  return asked
}

export function listen(remote: Remote, work: RolloutWork): Asked {
  const reports: HostReport[] = []
  const waiting = new Set<() => void>()
  const session = remote.open(work, (batch) => {
    reports.push(...batch)
    for (const look of [...waiting]) look()
  })
  const seen: Asked['seen'] = (fits) =>
    new Promise((resolve) => {
      const look = () => {
        const found = reports.find(fits)
        if (!found) return
        waiting.delete(look)
        resolve(found)
      }
      waiting.add(look)
      look()
    })
  return {
    ...{ session, reports, seen },
    ended: (host = 0) => seen((report) => report.host === host && report.kind !== 'host-step'),
    started: (host = 0) =>
      seen((report) => report.host === host && report.kind === 'host-step' && report.step === 'start'),
  }
}

// Runners that die, that are told to end, that lose the database, and drivers that do: nothing is begun twice, nothing after
// it was taken back, and every claim ends once.

import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeMessages } from '../../../src/adapters/postgres/runners/chunk-rows.ts'
import type { HostReport } from '../../../src/engine/ports.ts'
import { describeOnServer } from '../../support/on-stores.ts'
import { PostgresServer } from '../../support/postgres-server.ts'
import { fakeBench } from '../../support/remote-benches.ts'
import { ask, listen } from '../../support/remote-suite.ts'
import { driven } from '../../support/rollout-of.ts'
import { far, type RunnerGround, runnerGround } from '../../support/runner-ground.ts'

describeOnServer('runners that come and go', (programs) => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await PostgresServer.start(programs)
  })
  afterAll(() => server?.close())

  async function onGround(body: (ground: RunnerGround) => Promise<void>): Promise<void> {
    const ground = await runnerGround(server)
    try {
      await body(ground)
    } finally {
      await ground.close()
    }
  }

  const ends = (reports: readonly HostReport[]) =>
    reports.filter(({ kind }) => kind !== 'host-step').map(({ host, kind }) => `${host} ${kind}`)
  const until = async (done: () => boolean) => {
    while (!done()) await new Promise((resolve) => setImmediate(resolve))
  }

  it('a dead one: the next attaches to what was begun, begins the rest, and repeats nothing that ended', () =>
    onGround(async (ground) => {
      const bench = await fakeBench()
      const hosts = far(bench.fresh(3))
      const work = bench.work(hosts, 'gated')
      const asked = ask(await ground.driver(), work)
      const chunk = await ground.takeAndDie()
      ask(bench.remote, { ...work, hosts: work.hosts.slice(0, 1) })
      const ended = { host: 1, attempt: 1, kind: 'host-unreachable', signature: 'told by the dead one' } as const
      const left = chunk.claims.filter(({ host }) => host !== 1)
      await writeMessages(ground.store.ground.db, chunk, { messages: [ended], left })
      await until(() => bench.begins(hosts[0] ?? fail(), 'o1') === 1)
      await ground.elevenSecondsLater()
      await ground.runner(bench.remote)
      await until(() => bench.begins(hosts[2] ?? fail(), 'o1') === 1)
      for (const host of hosts) await bench.letGo(host, 'o1')
      await Promise.all([0, 1, 2].map((host) => asked.ended(host)))
      expect(ends(asked.reports).sort()).toEqual(['0 host-succeeded', '1 host-unreachable', '2 host-succeeded'])
      expect(hosts.map((host) => bench.begins(host, 'o1'))).toEqual([1, 0, 1])
    }))

  it('a dead one, and then a withdrawal: the next only attaches', () =>
    onGround(async (ground) => {
      const bench = await fakeBench()
      const hosts = far(bench.fresh(2))
      const work = bench.work(hosts, 'gated')
      const asked = ask(await ground.driver(), work)
      await ground.takeAndDie()
      ask(bench.remote, { ...work, hosts: work.hosts.slice(0, 1) })
      await until(() => bench.begins(hosts[0] ?? fail(), 'o1') === 1)
      asked.session.withdraw()
      const told = async () =>
        (await ground.query(`select from houston.runner_chunk where state = 'withdrawn'`)).length > 0
      while (!(await told()));
      await ground.elevenSecondsLater()
      await ground.runner(bench.remote)
      expect(await asked.ended(1)).toEqual({ host: 1, attempt: 1, kind: 'host-withdrawn', absent: true })
      await bench.letGo(hosts[0] ?? fail(), 'o1')
      expect(await asked.ended(0)).toMatchObject({ kind: 'host-succeeded' })
      expect(hosts.map((host) => bench.begins(host, 'o1'))).toEqual([1, 0])
    }))

  it('one that comes back after another took its chunk writes nothing', () =>
    onGround(async (ground) => {
      const bench = await fakeBench()
      const work = bench.work(far(bench.fresh(1)), 'gated')
      const asked = ask(await ground.driver(), work)
      const stale = await ground.takeAndDie()
      await ground.elevenSecondsLater()
      const worker = await ground.runner(bench.remote)
      await until(() => worker.size === 1)
      const lie = { host: 0, attempt: 1, kind: 'host-succeeded', installed: 'r1' } as const
      const written = await writeMessages(ground.store.ground.db, stale, { messages: [lie], left: [] })
      expect(written).toBe(false)
      expect(ends(asked.reports)).toEqual([])
    }))

  it('one that is told to end gives its chunk to another at once', () =>
    onGround(async (ground) => {
      const bench = await fakeBench()
      const [host] = far(bench.fresh(1))
      const asked = ask(await ground.driver(), bench.work([host ?? fail()], 'gated'))
      const first = await ground.runner(bench.remote)
      await asked.started()
      const second = await ground.runner(bench.remote)
      await first.stop()
      await until(() => second.size === 1)
      await bench.letGo(host ?? fail(), 'o1')
      expect(await asked.ended()).toMatchObject({ kind: 'host-succeeded' })
      expect(bench.begins(host ?? fail(), 'o1')).toBe(1)
    }))

  it('a driver that is followed by another: what no runner took never begins, what one took is let go', () =>
    onGround(async (ground) => {
      const bench = await fakeBench()
      const { rollout, epoch } = await driven(ground.store.store)
      const deal = { rollout: rollout.id, epoch }
      const [early, late] = far(bench.fresh(2))
      const driver = await ground.driver()
      const asked = ask(driver, bench.work([early ?? fail()], 'gated', deal))
      const worker = await ground.runner(bench.remote)
      await asked.started()
      await ground.store.store.takeOver(rollout.id)
      await until(() => worker.size === 0)
      const after = listen(driver, bench.work([late ?? fail()], 'quick', deal))
      after.session.run([{ host: 0, attempt: 1, mayBegin: true }])
      await chunkOffered(ground, 2)
      const newer = ask(await ground.driver(), bench.work(far(bench.fresh(1)), 'quick', { rollout: 'other' }))
      await newer.ended()
      expect(bench.begins(late ?? fail(), rollout.id)).toBe(0)
      expect(bench.begins(early ?? fail(), rollout.id)).toBe(1)
    }))

  it('a driver that lets go: its runner lets go too', () =>
    onGround(async (ground) => {
      const bench = await fakeBench()
      const asked = ask(await ground.driver(), bench.work(far(bench.fresh(1)), 'gated'))
      const worker = await ground.runner(bench.remote)
      await asked.started()
      asked.session.detach()
      await until(() => worker.size === 0)
      expect(await ground.query('select from houston.runner_chunk')).toEqual([])
    }))

  it('a database that is away for a while: what happened meanwhile is told when it is back', () =>
    onGround(async (ground) => {
      const bench = await fakeBench()
      const [host] = far(bench.fresh(1))
      const asked = ask(await ground.driver(), bench.work([host ?? fail()], 'gated'))
      await ground.runner(bench.remote)
      await asked.started()
      server.pause()
      await bench.letGo(host ?? fail(), 'o1')
      server.resume()
      expect(await asked.ended()).toMatchObject({ kind: 'host-succeeded' })
      expect(bench.begins(host ?? fail(), 'o1')).toBe(1)
    }))
})

async function chunkOffered(ground: RunnerGround, count: number): Promise<void> {
  while ((await ground.query('select from houston.runner_chunk')).length < count);
}

function fail(): never {
  throw new Error('the bench has no such host')
}

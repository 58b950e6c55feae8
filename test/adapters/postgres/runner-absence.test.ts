// No runner of the name: what waits for one is given up in time, with words that say what to do, and never begins later.

import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeOnServer } from '../../support/on-stores.ts'
import { PostgresServer } from '../../support/postgres-server.ts'
import { fakeBench } from '../../support/remote-benches.ts'
import { ask } from '../../support/remote-suite.ts'
import { far, type RunnerGround, runnerGround } from '../../support/runner-ground.ts'

describeOnServer('without a runner', (programs) => {
  let server: PostgresServer
  let ground: RunnerGround
  beforeAll(async () => {
    server = await PostgresServer.start(programs)
    ground = await runnerGround(server)
  })
  afterAll(async () => {
    await ground?.close()
    server?.close()
  })

  it('claims that nobody takes are unreachable, and a runner that comes later begins none of them', async () => {
    const bench = await fakeBench()
    const asked = ask(await ground.driver({ takeWithinMs: 300 }), bench.work(far(bench.fresh(120)), 'quick'))
    const ended = await Promise.all([0, 60, 119].map((host) => asked.ended(host)))
    const signature = 'no runner eu took it within 0.3 s: houston runner --name eu'
    for (const end of ended) expect(end).toMatchObject({ kind: 'host-unreachable', signature })
    await laterWork(bench)
    expect(bench.remote.journal.map(({ run }) => run)).toEqual(['later/1'])
  })

  it('claims that are withdrawn come back at once, and never begin', async () => {
    const bench = await fakeBench()
    const asked = ask(await ground.driver(), bench.work(far(bench.fresh(3)), 'quick'))
    asked.session.withdraw()
    for (const host of [0, 1, 2])
      expect(await asked.ended(host)).toEqual({ host, attempt: 1, kind: 'host-withdrawn', absent: false })
    await laterWork(bench)
    expect(bench.remote.journal.map(({ run }) => run)).toEqual(['later/1'])
  })

  it('a chunk whose runner died, and that nobody takes over, is unknown', async () => {
    const bench = await fakeBench()
    const asked = ask(await ground.driver({ takeWithinMs: 500 }), bench.work(far(bench.fresh(1)), 'quick'))
    await ground.takeAndDie()
    expect(await asked.ended()).toMatchObject({
      kind: 'host-unknown',
      signature: 'runner eu was lost, and none took over within 0.5 s',
    })
  })

  it('a probe answers for the hosts that nobody asked', async () => {
    const bench = await fakeBench()
    const driver = await ground.driver({ takeWithinMs: 300 })
    const signature = 'no runner eu took it within 0.3 s: houston runner --name eu'
    expect(await driver.probe(far(bench.fresh(2)), '/srv')).toEqual([
      { kind: 'unreachable', signature },
      { kind: 'unreachable', signature },
    ])
  })

  /** A runner is there, and has had its look at everything that waits. */
  async function laterWork(bench: Awaited<ReturnType<typeof fakeBench>>): Promise<void> {
    const worker = await ground.runner(bench.remote)
    const asked = ask(await ground.driver(), bench.work(far(bench.fresh(1)), 'quick', { rollout: 'later' }))
    await asked.ended()
    await worker.stop()
  }
})

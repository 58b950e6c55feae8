// A database for tests of runners: drivers and runners that are processes of their own as far as they can tell, a runner that
// dies as soon as it has taken its chunk, and what ten silent seconds do.

import { JobQueue } from '../../src/adapters/postgres/job-queue.ts'
import { type OpenStore, openStore } from '../../src/adapters/postgres/open-store.ts'
import { queueOf, type TakenChunk } from '../../src/adapters/postgres/runners/chunk.ts'
import { takeChunk } from '../../src/adapters/postgres/runners/chunk-rows.ts'
import { createQueuedRemote } from '../../src/adapters/postgres/runners/queued-remote.ts'
import { RunnerWorker } from '../../src/adapters/postgres/runners/runner-worker.ts'
import type { Times } from '../../src/adapters/postgres/runners/times.ts'
import type { Host } from '../../src/core/fleet.ts'
import type { Remote } from '../../src/engine/ports.ts'
import type { PostgresServer } from './postgres-server.ts'
import { QUICK } from './remote-benches.ts'

export type RunnerGround = {
  store: OpenStore
  faults: Error[]
  driver(times?: Partial<Times>): Promise<Remote>
  runner(remote: Remote): Promise<RunnerWorker>
  /** Takes a chunk as a runner does, and is never heard of again. */
  takeAndDie(): Promise<TakenChunk>
  /** The dead runner's heart stopped eleven seconds ago. */
  elevenSecondsLater(): Promise<void>
  query(statement: string): Promise<unknown[]>
  close(): Promise<void>
}

export function far(hosts: readonly Host[]): Host[] {
  return hosts.map((host) => ({ ...host, runner: 'eu' }))
}

export async function runnerGround(server: PostgresServer): Promise<RunnerGround> {
  const databaseUrl = await server.database()
  const name = new URL(databaseUrl.replace('@/', '@localhost/')).pathname.slice(1)
  const faults: Error[] = []
  const ends: (() => Promise<void>)[] = []
  const open = async () => {
    const opened = await openStore({ databaseUrl, report: (fault) => faults.push(fault) })
    ends.push(opened.close)
    return opened
  }
  const store = await open()
  const query = (statement: string) => server.query(name, statement)
  return {
    ...{ store, faults, query },
    async driver(times) {
      const remote = createQueuedRemote((await open()).ground, { ...QUICK, ...times })
      ends.push(() => remote.close())
      return remote
    },
    async runner(remote) {
      const worker = new RunnerWorker({ ground: (await open()).ground, name: 'eu', remote, times: QUICK })
      await worker.start()
      ends.push(() => worker.stop())
      return worker
    },
    async takeAndDie() {
      const { ground } = await open()
      const queue = new JobQueue(await ground.boss.openWith(queueOf('eu')), queueOf('eu'))
      for (;;) {
        const [job] = await queue.fetch(1)
        const chunk = job && (await ground.db.read((db) => takeChunk(db, job.id)))
        if (chunk) return chunk
      }
    },
    async elevenSecondsLater() {
      await query(
        `update houston_jobs.job set heartbeat_on = heartbeat_on - interval '11 seconds' where state = 'active'`,
      )
    },
    async close() {
      for (const end of ends.reverse()) await end()
    },
  }
}

// Several jobs on one open database: what would be several processes, each with a queue of its own.

import { type Connection, Database } from '../../src/adapters/postgres/database.ts'
import { JobBoss } from '../../src/adapters/postgres/job-boss.ts'
import { QueuedJobs } from '../../src/adapters/postgres/jobs.ts'
import { migrate } from '../../src/adapters/postgres/migrate.ts'
import { makeStore } from '../../src/adapters/postgres/store.ts'
import { type Jobs, rolloutWake, type Wake } from '../../src/engine/ports.ts'
import { EXPECTED, type JobsHarness } from './jobs-suite.ts'

type Drive = Parameters<Jobs['start']>[0]
type Options = { embedded: boolean; sweepEveryMs?: number }

export async function jobProcesses(connection: Connection, options: Options): Promise<JobsHarness> {
  const db = new Database(connection)
  await migrate(connection.kysely)
  const store = makeStore(db, () => db.close())
  const pending = async () => (await store.pending()).map(rolloutWake)
  const process = () => {
    const boss = new JobBoss({ statements: db.statements, embedded: options.embedded, report })
    const limits = { concurrency: 100, finishWithinMs: 0, ...options }
    const jobs = new QueuedJobs({ boss, queue: 'rollout', pending, report, ...limits })
    const stop = async () => {
      await jobs.stop()
      await boss.close()
    }
    return { wake: (wake: Wake) => jobs.wake(wake), start: (drive: Drive) => jobs.start(drive), stop }
  }
  return { store, process, close: store.close }
}

function report(fault: Error): void {
  if (fault !== EXPECTED) throw fault
}

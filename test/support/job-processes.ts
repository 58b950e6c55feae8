// Several jobs on one open database: what would be several processes, each with a queue of its own.

import { type Connection, Database } from '../../src/adapters/postgres/database.ts'
import { QueuedJobs } from '../../src/adapters/postgres/jobs.ts'
import { migrate } from '../../src/adapters/postgres/migrate.ts'
import { makeStore } from '../../src/adapters/postgres/store.ts'
import { rolloutWake } from '../../src/engine/ports.ts'
import { EXPECTED, type JobsHarness } from './jobs-suite.ts'

type Options = { embedded: boolean; sweepEveryMs?: number }

export async function jobProcesses(connection: Connection, options: Options): Promise<JobsHarness> {
  const db = new Database(connection)
  await migrate(connection.kysely)
  const store = makeStore(db, () => db.close())
  const pending = async () => (await store.pending()).map(rolloutWake)
  const process = () => new QueuedJobs({ ...options, statements: db.statements, pending, report })
  return { store, process, close: store.close }
}

function report(fault: Error): void {
  if (fault !== EXPECTED) throw fault
}

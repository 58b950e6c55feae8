// Opens the store and its jobs: embedded in a data directory, which one process at a time may use, or on a Postgres server.

import { join } from 'node:path'
import { type Jobs, rolloutWake, type Store } from '../../engine/ports.ts'
import { connectEmbedded } from './connect-embedded.ts'
import { connectServer } from './connect-server.ts'
import { lockDataDirectory } from './data-lock.ts'
import { type Connection, Database } from './database.ts'
import { QueuedJobs } from './jobs.ts'
import { migrate } from './migrate.ts'
import { makeStore } from './store.ts'

export type StoreOptions = (
  | {
      dataDirectory: string
      /** Path of the socket on which this process can be asked for things; others find it with `readHolder`. */
      control?: string
    }
  | { databaseUrl: string }
) & {
  /** Faults that nobody awaits: of idle connections and of background work. A warning of the process unless given. */
  report?: (fault: Error) => void
}

export type OpenStore = { store: Store; jobs: Jobs; close: () => Promise<void> }

/** Throws `StoreInUse`, `StoreUnreachable`, `BadDatabaseUrl` or `StoreTooNew`. `close` stops the jobs too; it may be called again. */
export async function openStore(options: StoreOptions): Promise<OpenStore> {
  const report = options.report ?? ((fault: Error) => process.emitWarning(fault))
  const connection = await connect(options, report)
  const db = new Database(connection)
  try {
    await migrate(connection.kysely)
  } catch (error) {
    await connection.close()
    throw error
  }
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= jobs.stop().finally(() => db.close())
    return closing
  }
  const store = makeStore(db, close)
  const jobs = new QueuedJobs({
    statements: db.statements,
    embedded: 'dataDirectory' in options,
    pending: async () => (await store.pending()).map(rolloutWake),
    report,
  })
  return { store, jobs, close }
}

async function connect(options: StoreOptions, report: (fault: Error) => void): Promise<Connection> {
  if ('databaseUrl' in options) return await connectServer(options.databaseUrl, report)
  const lock = lockDataDirectory(options.dataDirectory, options.control)
  try {
    const connection = await connectEmbedded(join(options.dataDirectory, 'store'))
    return { ...connection, close: () => connection.close().finally(lock.release) }
  } catch (error) {
    lock.release()
    throw error
  }
}

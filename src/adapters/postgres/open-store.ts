// Opens the store and its jobs: embedded in a data directory, which one process at a time may use, or on a Postgres server.

import { join } from 'node:path'
import { type Jobs, rolloutWake, type Store } from '../../engine/ports.ts'
import type { Backlog } from '../../engine/ports-backlog.ts'
import type { IdentityStore } from '../../engine/ports-identity.ts'
import type { InboxStore } from '../../engine/ports-inbox.ts'
import type { ProjectionStore } from '../../engine/ports-outside.ts'
import type { Replicas } from '../../engine/ports-replicas.ts'
import type { Rounds } from '../../engine/ports-rounds.ts'
import { makeBacklog } from './backlog-rows.ts'
import { connectEmbedded } from './connect-embedded.ts'
import { connectServer } from './connect-server.ts'
import { lockDataDirectory } from './data-lock.ts'
import { type Connection, Database } from './database.ts'
import { makeIdentityStore } from './identity-store.ts'
import { makeInboxStore } from './inbox-rows.ts'
import { JobBoss, type QueueName } from './job-boss.ts'
import { type JobsOptions, QueuedJobs } from './jobs.ts'
import { migrate } from './migrate.ts'
import { makeProjectionStore } from './projection-rows.ts'
import { makeReplicas } from './replica-rows.ts'
import { makeRounds } from './round-rows.ts'
import { makeStore } from './store.ts'
import { within } from './within.ts'

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

/** Each kind of work in a queue of its own, so that none waits behind another. */
export type JobKinds = { rollouts: Jobs; inbox: Jobs; projections: Jobs }

/** What runners and whoever gives them work need of the database. */
export type Ground = { db: Database; boss: JobBoss; report: (fault: Error) => void }

export type OpenStore = {
  store: Store
  inbox: InboxStore
  projections: ProjectionStore
  jobs: JobKinds
  replicas: Replicas
  rounds: Rounds
  identity: IdentityStore
  backlog: Backlog
  ground: Ground
  close: () => Promise<void>
}

/** Most rollouts only bake or wait for slow hosts: one of them must not make another wait for its turn. */
const ROLLOUTS_AT_ONCE = 100
/** Calls to the outside world. */
const CALLS_AT_ONCE = 8
/** A call in hand is better finished than repeated. */
const FINISH_CALLS_MS = 10_000
const CLOSE_WITHIN_MS = 1_000

/** Throws `StoreInUse`, `StoreUnreachable`, `StoreNotUtf8`, `BadDatabaseUrl` or `StoreTooNew`. `close` stops the jobs too; it may be called again. */
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
  const boss = new JobBoss({ statements: db.statements, embedded: 'dataDirectory' in options, report })
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= stopAll(jobs, boss).finally(() => db.close())
    return closing
  }
  const store = makeStore(db, close)
  const inbox = makeInboxStore(db)
  const projections = makeProjectionStore(db)
  const kind = (queue: QueueName, rest: Pick<JobsOptions, 'pending' | 'concurrency' | 'finishWithinMs'>) =>
    new QueuedJobs({ boss, queue, report, ...rest })
  const calls = { concurrency: CALLS_AT_ONCE, finishWithinMs: FINISH_CALLS_MS }
  const pending = async () => (await store.pending()).map(rolloutWake)
  const jobs = {
    rollouts: kind('rollout', { pending, concurrency: ROLLOUTS_AT_ONCE, finishWithinMs: 0 }),
    inbox: kind('inbox', { pending: () => inbox.pending(), ...calls }),
    projections: kind('projection', { pending: () => projections.pending(), ...calls }),
  }
  return {
    store,
    inbox,
    projections,
    jobs,
    replicas: makeReplicas(db),
    rounds: makeRounds(db),
    identity: makeIdentityStore(db),
    backlog: makeBacklog(db),
    ground: { db, boss, report },
    close,
  }
}

async function stopAll(jobs: JobKinds, boss: JobBoss): Promise<void> {
  await Promise.all([jobs.rollouts.stop(), jobs.inbox.stop(), jobs.projections.stop()])
  await within(CLOSE_WITHIN_MS, boss.close())
}

async function connect(options: StoreOptions, report: (fault: Error) => void): Promise<Connection> {
  if ('databaseUrl' in options) return await connectServer(options.databaseUrl, report)
  const lock = lockDataDirectory(options.dataDirectory, options.control)
  try {
    const connection = await connectEmbedded(join(options.dataDirectory, 'store'), report)
    return { ...connection, close: () => connection.close().finally(lock.release) }
  } catch (error) {
    lock.release()
    throw error
  }
}

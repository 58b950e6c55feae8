// The one pg-boss of a process, shared by all kinds of jobs. It starts with the first use, so that a process that only
// reads does not pay for it. It knows queues, not what their jobs mean.

import { type Db, PgBoss } from 'pg-boss'

/** Every kind of work that is shared out as jobs. These queues exist and are known before any of them is used. */
export const QUEUES = ['rollout', 'inbox', 'projection'] as const
/** A runner's queue comes with the first use of its name. */
export type QueueName = (typeof QUEUES)[number] | `runner-${string}`

/** Created by the first migration. */
const SCHEMA = 'houston_jobs'
/** pg-boss takes no shorter one. */
export const HEARTBEAT_SECONDS = 10
/** How often a server's instances look for jobs whose heart stopped. */
const SUPERVISE_SECONDS = 1
/** pg-boss's longest; a rollout that lasts longer is taken over by the same or another process. */
const EXPIRE_SECONDS = 24 * 60 * 60
const FOR_EVER = 2 ** 31 - 1

export type BossOptions = {
  statements: Db
  /** The store is in this process: whatever an earlier process held is free, and nobody else can lose a job. */
  embedded: boolean
  report: (fault: Error) => void
}

export class JobBoss {
  readonly #options: BossOptions
  #boss: Promise<PgBoss> | undefined
  readonly #runnerQueues = new Map<QueueName, Promise<void>>()
  #closed = false
  /** Once closed, what still ends badly was cut off on purpose. */
  readonly #report = (fault: Error) => {
    if (!this.#closed) this.#options.report(fault)
  }

  constructor(options: BossOptions) {
    this.#options = options
  }

  /** The started boss. One that could not start is tried again by the next use. */
  open(): Promise<PgBoss> {
    if (this.#closed) return Promise.reject(new Error('The jobs of this process are stopped'))
    this.#boss ??= startBoss({ ...this.#options, report: this.#report }).catch((error: unknown) => {
      this.#boss = undefined
      throw error
    })
    return this.#boss
  }

  /** The started boss, with this queue. */
  async openWith(name: QueueName): Promise<PgBoss> {
    const boss = await this.open()
    if (QUEUES.some((each) => each === name)) return boss
    const made = this.#runnerQueues.get(name) ?? prepareQueue(boss, name, this.#options)
    this.#runnerQueues.set(name, made)
    await made.catch((error: unknown) => {
      this.#runnerQueues.delete(name)
      throw error
    })
    return boss
  }

  async close(): Promise<void> {
    this.#closed = true
    const boss = await this.#boss?.catch(() => undefined)
    await boss?.stop({ graceful: false, close: false })
  }
}

async function startBoss({ statements, embedded, report }: BossOptions): Promise<PgBoss> {
  const boss = new PgBoss({
    db: statements,
    schema: SCHEMA,
    createSchema: false,
    backend: embedded ? 'pglite' : 'postgres',
    schedule: false,
    supervise: !embedded,
    superviseIntervalSeconds: SUPERVISE_SECONDS,
    monitorIntervalSeconds: SUPERVISE_SECONDS,
    reindex: false,
    monitorVacuum: false,
  })
  boss.on('error', report)
  try {
    await boss.start()
    for (const name of QUEUES) await prepareQueue(boss, name, { embedded })
  } catch (error) {
    // It would look after the jobs for ever, beside the one that is tried next.
    await boss.stop({ graceful: false, close: false }).catch(report)
    throw error
  }
  return boss
}

async function prepareQueue(boss: PgBoss, name: QueueName, { embedded }: { embedded: boolean }): Promise<void> {
  const found = await boss.getQueue(name)
  if (!found) {
    await boss.createQueue(name, {
      policy: 'exclusive',
      heartbeatSeconds: HEARTBEAT_SECONDS,
      expireInSeconds: EXPIRE_SECONDS,
      retryLimit: FOR_EVER,
      retryDelay: 0,
    })
    // pg-boss looks a queue up once, on a connection of its own: never later, within somebody's transaction.
    await boss.findJobs(name)
  }
  // Whoever held these is dead, since we hold the directory. The sweep queues what is still pending.
  if (embedded) await boss.deleteAllJobs(name)
}

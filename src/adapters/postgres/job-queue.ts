// A queue of pg-boss: at most one job a key, queued or active. Everything that knows pg-boss's jobs is here.

import { type Db, type Job, PgBoss } from 'pg-boss'
import { z } from 'zod'
import type { Wake } from '../../engine/ports.ts'

const QUEUE = 'rollout'
/** Created by the first migration. */
const SCHEMA = 'houston_jobs'
/** pg-boss takes no shorter one. */
export const HEARTBEAT_SECONDS = 10
/** How often a server's instances look for jobs whose heart stopped. */
const SUPERVISE_SECONDS = 2
/** pg-boss's longest; a rollout that lasts longer is taken over by the same or another process. */
const EXPIRE_SECONDS = 24 * 60 * 60
const FOR_EVER = 2 ** 31 - 1

/** A job that this process holds. `attempt` fences what it does with it. */
export type HeldJob = Wake & { job: string; attempt: number }

const jobData = z.object({ id: z.string(), key: z.string() })
const touched = z.object({ settled: z.array(z.string()) })

export type QueueOptions = {
  statements: Db
  /** The store is in this process: whatever an earlier process held is free, and nobody else can lose a job. */
  embedded: boolean
  report: (fault: Error) => void
}

export class JobQueue {
  readonly #boss: PgBoss

  private constructor(boss: PgBoss) {
    this.#boss = boss
  }

  static async open({ statements, embedded, report }: QueueOptions): Promise<JobQueue> {
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
    await boss.start()
    await prepareQueue(boss, embedded)
    return new JobQueue(boss)
  }

  /** Queues a job for each key that has none, queued or active; the others are left as they are. */
  async add(wakes: readonly Wake[]): Promise<void> {
    if (wakes.length === 0) return
    await this.#boss.insert(
      QUEUE,
      wakes.map((wake) => ({ data: wake, singletonKey: wake.key })),
    )
  }

  async fetch(count: number): Promise<HeldJob[]> {
    const jobs = await this.#boss.fetch<unknown>(QUEUE, { batchSize: count })
    return jobs.map(toHeld)
  }

  /** Beats the hearts of these jobs; answers those that are no longer ours. */
  async touch(jobs: readonly HeldJob[]): Promise<HeldJob[]> {
    const answer = touched.parse(await this.#boss.touch(QUEUE, jobs.map(toAttempt)))
    return jobs.filter((job) => !answer.settled.includes(job.job))
  }

  /** Ends a job. Nothing of it is kept: the rows of what it names are its history. */
  async remove(job: HeldJob): Promise<void> {
    await this.#boss.deleteJob(QUEUE, [toAttempt(job)])
  }

  /** Gives a job back, for this process or another to take at once. */
  async giveBack(job: HeldJob, why: string): Promise<void> {
    await this.#boss.fail(QUEUE, [toAttempt(job)], { why })
  }

  /** Jobs queued or active. */
  async size(): Promise<number> {
    return (await this.#boss.findJobs(QUEUE)).length
  }

  async close(): Promise<void> {
    await this.#boss.stop({ graceful: false, close: false })
  }
}

async function prepareQueue(boss: PgBoss, embedded: boolean): Promise<void> {
  const found = await boss.getQueue(QUEUE)
  if (!found) {
    await boss.createQueue(QUEUE, {
      policy: 'exclusive',
      heartbeatSeconds: HEARTBEAT_SECONDS,
      expireInSeconds: EXPIRE_SECONDS,
      retryLimit: FOR_EVER,
      retryDelay: 0,
    })
  }
  // Whoever held these is dead, since we hold the directory. The sweep queues what is still pending.
  if (embedded) await boss.deleteAllJobs(QUEUE)
}

function toHeld(job: Job<unknown>): HeldJob {
  return { ...jobData.parse(job.data), job: job.id, attempt: job.retryCount }
}

function toAttempt(job: HeldJob): { id: string; retryCount: number } {
  return { id: job.job, retryCount: job.attempt }
}

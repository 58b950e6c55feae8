// A queue of pg-boss: at most one job a key, queued or active. Everything that knows pg-boss's jobs is here.

import type { Job, PgBoss } from 'pg-boss'
import { z } from 'zod'
import type { Wake } from '../../engine/ports.ts'
import type { QueueName } from './job-boss.ts'

/** A job that this process holds. `attempt` fences what it does with it. */
export type HeldJob = Wake & { job: string; attempt: number }

const jobData = z.object({ id: z.string(), key: z.string() })
const touched = z.object({ settled: z.array(z.string()) })

export class JobQueue {
  readonly #boss: PgBoss
  readonly #name: QueueName

  constructor(boss: PgBoss, name: QueueName) {
    this.#boss = boss
    this.#name = name
  }

  /** Queues a job for each key that has none, queued or active; the others are left as they are. */
  async add(wakes: readonly Wake[]): Promise<void> {
    if (wakes.length === 0) return
    await this.#boss.insert(
      this.#name,
      wakes.map((wake) => ({ data: wake, singletonKey: wake.key })),
    )
  }

  async fetch(count: number): Promise<HeldJob[]> {
    const jobs = await this.#boss.fetch<unknown>(this.#name, { batchSize: count })
    return jobs.map(toHeld)
  }

  /** Beats the hearts of these jobs; answers those that are no longer ours. */
  async touch(jobs: readonly HeldJob[]): Promise<HeldJob[]> {
    const answer = touched.parse(await this.#boss.touch(this.#name, jobs.map(toAttempt)))
    return jobs.filter((job) => !answer.settled.includes(job.job))
  }

  /** Ends a job. Nothing of it is kept: the rows of what it names are its history. */
  async remove(job: HeldJob): Promise<void> {
    await this.#boss.deleteJob(this.#name, [toAttempt(job)])
  }

  /** Gives a job back, for this process or another to take at once. */
  async giveBack(job: HeldJob, why: string): Promise<void> {
    await this.#boss.fail(this.#name, [toAttempt(job)], { why })
  }

  /** Jobs queued or active. */
  async size(): Promise<number> {
    return (await this.#boss.findJobs(this.#name)).length
  }
}

function toHeld(job: Job<unknown>): HeldJob {
  return { ...jobData.parse(job.data), job: job.id, attempt: job.retryCount }
}

function toAttempt(job: HeldJob): { id: string; retryCount: number } {
  return { id: job.job, retryCount: job.attempt }
}

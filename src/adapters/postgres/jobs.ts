// The port `Jobs` over pg-boss. Level-triggered: what matters is which work the store says is pending, so a wake that is
// dropped, a job that is lost and a process that dies cost time, never the work.

import type { Jobs, Wake } from '../../engine/ports.ts'
import type { JobBoss, QueueName } from './job-boss.ts'
import { JobQueue } from './job-queue.ts'
import { type Drive, JobWorker } from './job-worker.ts'
import { within } from './within.ts'

export type JobsOptions = {
  boss: JobBoss
  queue: QueueName
  pending: () => Promise<readonly Wake[]>
  /** Keys driven at once by one process. */
  concurrency: number
  /** How long a drive may go on when this process stops, before its signal aborts. */
  finishWithinMs: number
  report: (fault: Error) => void
  /** For tests that must not be saved by a sweep. */
  sweepEveryMs?: number
}

const SWEEP_EVERY_MS = 2_000
const SWEEP_WITHIN_MS = 1_000
/** A drive that ends sooner did nothing; its work, if still pending, waits for the next sweep instead of spinning. */
const SHORT_DRIVE_MS = 1_000

export class QueuedJobs implements Jobs {
  readonly #options: JobsOptions
  #worker: JobWorker | undefined
  #timer: NodeJS.Timeout | undefined
  #sweeping: Promise<void> | undefined
  #sweepAgain = false
  #stopped = false
  /** Once stopped, what still ends badly was cut off on purpose. */
  readonly #report = (fault: Error) => {
    if (!this.#stopped) this.#options.report(fault)
  }

  constructor(options: JobsOptions) {
    this.#options = options
  }

  async wake(job: Wake): Promise<void> {
    // Before the insert: a drive of this process that ends during it looks again.
    this.#worker?.noteWake(job.key)
    const queue = await this.#open()
    await queue.add([job])
    this.#worker?.fetchNow()
  }

  /** Again it changes nothing: a process that could start only in part starts again, and must not do its work twice. */
  async start(drive: Drive): Promise<void> {
    const queue = await this.#open()
    if (this.#worker) return
    const { concurrency, finishWithinMs } = this.#options
    const ended = ({ ms, missed }: { ms: number; missed: boolean }) => {
      if (missed || ms >= SHORT_DRIVE_MS) void this.#sweep()
    }
    this.#worker = new JobWorker({ queue, drive, ended, report: this.#report, concurrency, finishWithinMs })
    this.#timer = setInterval(() => void this.#sweep(), this.#options.sweepEveryMs ?? SWEEP_EVERY_MS)
    await this.#sweep()
  }

  /** Bounded: some seconds for drives that do not heed their signal. The boss stays open. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearInterval(this.#timer)
    await this.#worker?.stop()
    await within(SWEEP_WITHIN_MS, this.#sweeping)
  }

  /** Queues a job for all pending work that has none, and looks for jobs. Asked for while it runs, it runs again. */
  async #sweep(): Promise<void> {
    this.#sweepAgain = true
    if (this.#sweeping) return
    while (this.#sweepAgain && !this.#stopped) {
      this.#sweepAgain = false
      this.#sweeping = this.#wakePending()
      await this.#sweeping
      this.#sweeping = undefined
    }
  }

  async #wakePending(): Promise<void> {
    try {
      const pending = await this.#options.pending()
      if (this.#stopped) return
      const queue = await this.#open()
      await queue.add(pending)
      this.#worker?.fetchNow()
    } catch (error) {
      this.#report(error instanceof Error ? error : new Error(String(error)))
    }
  }

  async #open(): Promise<JobQueue> {
    if (this.#stopped) throw new Error('The jobs of this process are stopped')
    return new JobQueue(await this.#options.boss.openWith(this.#options.queue), this.#options.queue)
  }
}

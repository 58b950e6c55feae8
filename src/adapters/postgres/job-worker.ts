// Takes jobs and drives what they name, several keys at once. Fetches when told and at intervals, beats the hearts of
// what it holds, and aborts a drive whose job is lost. It never touches what it drives itself.

import { HEARTBEAT_SECONDS } from './job-boss.ts'
import type { HeldJob, JobQueue } from './job-queue.ts'
import { within } from './within.ts'

export type Drive = (id: string, signal: AbortSignal) => Promise<void>

export type WorkerOptions = {
  queue: JobQueue
  drive: Drive
  concurrency: number
  finishWithinMs: number
  /** A drive ended after `ms`; `missed`: it was woken while it ran. */
  ended: (drive: { ms: number; missed: boolean }) => void
  report: (fault: Error) => void
}

const FETCH_EVERY_MS = 500
const BEAT_EVERY_MS = 3_000
const LOST_AFTER_MS = HEARTBEAT_SECONDS * 1_000
const STOP_WITHIN_MS = 4_000
const STOPPING = new Error('This process stops')

type Held = { job: HeldJob; abort: AbortController; startedAt: number; missed: boolean; done: Promise<void> }

export class JobWorker {
  readonly #options: WorkerOptions
  readonly #held = new Set<Held>()
  readonly #timers: NodeJS.Timeout[]
  #stopped = false
  #wanted = false
  #looks = false
  #look: Promise<void> | undefined
  #beats = false
  /** Monotonic ms. */
  #lastBeat = performance.now()

  constructor(options: WorkerOptions) {
    this.#options = options
    this.#timers = [
      setInterval(() => this.fetchNow(), FETCH_EVERY_MS),
      setInterval(() => void this.#beat(), BEAT_EVERY_MS),
    ]
  }

  /** Looks for jobs at once. Calls that come while it looks are answered by one more look. */
  fetchNow(): void {
    this.#wanted = true
    if (!this.#looks) this.#look = this.#fetchWanted()
  }

  /** A wake for this key is coming; if a drive of it runs, it may end without having seen what the wake is for. */
  noteWake(key: string): void {
    for (const held of this.#held) if (held.job.key === key) held.missed = true
  }

  /** Takes nothing more, lets drives finish for as long as they may, aborts the rest, and gives their jobs back. */
  async stop(): Promise<void> {
    this.#stopped = true
    if (this.#options.finishWithinMs > 0) await within(this.#options.finishWithinMs, this.#quiet())
    for (const timer of this.#timers) clearInterval(timer)
    for (const { abort } of this.#held) abort.abort(STOPPING)
    await within(STOP_WITHIN_MS, this.#quiet())
  }

  async #quiet(): Promise<void> {
    await this.#look
    await Promise.allSettled([...this.#held].map(({ done }) => done))
  }

  async #fetchWanted(): Promise<void> {
    this.#looks = true
    try {
      const { queue, concurrency } = this.#options
      while (this.#wanted && !this.#stopped && this.#held.size < concurrency) {
        this.#wanted = false
        const jobs = await queue.fetch(concurrency - this.#held.size)
        for (const job of jobs) this.#hold(job)
      }
    } catch (error) {
      this.#report(error)
    } finally {
      this.#looks = false
    }
  }

  #hold(job: HeldJob): void {
    const abort = new AbortController()
    const held: Held = { job, abort, startedAt: performance.now(), missed: false, done: Promise.resolve() }
    // Fetched while it stopped: the drive is not begun, and the job is given back.
    if (this.#stopped) abort.abort(STOPPING)
    const earlier = [...this.#held].filter((other) => other.job.key === job.key)
    this.#held.add(held)
    held.done = this.#run(
      held,
      earlier.map(({ done }) => done),
    )
  }

  /** `earlier`: drives of this key that lost their job and have yet to end. Two at once would confuse them. */
  async #run(held: Held, earlier: readonly Promise<void>[]): Promise<void> {
    await Promise.all(earlier)
    try {
      if (!held.abort.signal.aborted) await this.#options.drive(held.job.id, held.abort.signal)
      await this.#settle(held)
      // A failed drive is not begun again at once, but with the next look.
      this.fetchNow()
    } catch (error) {
      if (!held.abort.signal.aborted) this.#report(error)
      await this.#options.queue.giveBack(held.job, String(error)).catch((fault: unknown) => this.#report(fault))
    } finally {
      this.#held.delete(held)
    }
    this.#options.ended({ ms: performance.now() - held.startedAt, missed: held.missed })
  }

  async #settle({ job, abort }: Held): Promise<void> {
    if (abort.signal.aborted) await this.#options.queue.giveBack(job, 'the drive was aborted')
    else await this.#options.queue.remove(job)
  }

  async #beat(): Promise<void> {
    const held = [...this.#held].filter(({ abort }) => !abort.signal.aborted)
    if (this.#beats) return this.#loseIfSilent(held)
    this.#beats = true
    try {
      const lost = held.length > 0 ? await this.#options.queue.touch(held.map(({ job }) => job)) : []
      this.#lastBeat = performance.now()
      for (const one of held) if (lost.includes(one.job)) lose(one, 'another process may have it')
    } catch (error) {
      this.#report(error)
      this.#loseIfSilent(held)
    } finally {
      this.#beats = false
    }
  }

  /** After so long without a beat another process is free to take the jobs. */
  #loseIfSilent(held: readonly Held[]): void {
    if (performance.now() - this.#lastBeat < LOST_AFTER_MS) return
    for (const one of held) lose(one, 'the database cannot be reached')
  }

  #report(error: unknown): void {
    this.#options.report(error instanceof Error ? error : new Error(String(error)))
  }
}

function lose(held: Held, why: string): void {
  held.abort.abort(new Error(`This job is lost: ${why}`))
}

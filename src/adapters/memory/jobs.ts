// The port `Jobs` in memory. Several of them on one `MemoryQueue` are several processes on one database.

import type { Jobs, Wake } from '../../engine/ports.ts'

const SWEEP_EVERY_MS = 20

type Drive = Parameters<Jobs['start']>[0]

/** What would be in the database: per key, the job that is queued or active. */
export class MemoryQueue {
  readonly jobs = new Map<string, { id: string; active: boolean }>()
  readonly takers = new Set<() => void>()

  add({ id, key }: Wake): void {
    if (!this.jobs.has(key)) this.jobs.set(key, { id, active: false })
    for (const take of this.takers) take()
  }
}

export class MemoryJobs implements Jobs {
  readonly #queue: MemoryQueue
  readonly #pending: () => Promise<readonly Wake[]>
  readonly #held = new Map<string, { abort: AbortController; done: Promise<void>; missed: boolean }>()
  #drive: Drive | undefined
  #timer: NodeJS.Timeout | undefined
  readonly #take = () => this.#takeAll()

  constructor(pending: () => Promise<readonly Wake[]>, queue = new MemoryQueue()) {
    this.#pending = pending
    this.#queue = queue
  }

  async wake(job: Wake): Promise<void> {
    const held = this.#held.get(job.key)
    if (held) held.missed = true
    this.#queue.add(job)
  }

  async start(drive: Drive): Promise<void> {
    this.#drive = drive
    this.#queue.takers.add(this.#take)
    this.#timer = setInterval(() => void this.#sweep(), SWEEP_EVERY_MS)
    await this.#sweep()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#queue.takers.delete(this.#take)
    this.#drive = undefined
    for (const { abort } of this.#held.values()) abort.abort(new Error('This process stops'))
    await Promise.all([...this.#held.values()].map(({ done }) => done))
  }

  #takeAll(): void {
    for (const [key, job] of this.#queue.jobs) if (!job.active && this.#drive) this.#hold(key, job)
  }

  #hold(key: string, job: { id: string; active: boolean }): void {
    job.active = true
    const abort = new AbortController()
    const held = { abort, missed: false, done: Promise.resolve() }
    this.#held.set(key, held)
    held.done = this.#run({ id: job.id, key }, abort.signal)
  }

  async #run({ id, key }: Wake, signal: AbortSignal): Promise<void> {
    const ended = await this.#driveOnce(id, signal)
    const missed = this.#held.get(key)?.missed
    this.#held.delete(key)
    this.#queue.jobs.delete(key)
    if (!ended) this.#queue.add({ id, key })
    else if (missed) await this.#sweep()
  }

  async #driveOnce(id: string, signal: AbortSignal): Promise<boolean> {
    try {
      await this.#drive?.(id, signal)
      return !signal.aborted
    } catch {
      return false
    }
  }

  async #sweep(): Promise<void> {
    for (const wake of await this.#pending()) this.#queue.add(wake)
    this.#takeAll()
  }
}

// The port `Jobs` in memory. Several of them on one `MemoryQueue` are several processes on one database.

import type { Jobs, Store } from '../../src/engine/ports.ts'

type Wake = Parameters<Jobs['wake']>[0]
const SWEEP_EVERY_MS = 20

type Drive = Parameters<Jobs['start']>[0]

/** What would be in the database: per environment, the job that is queued or active. */
export class MemoryQueue {
  readonly jobs = new Map<string, { rollout: string; active: boolean }>()
  readonly takers = new Set<() => void>()

  add({ rollout, environment }: Wake): void {
    if (!this.jobs.has(environment)) this.jobs.set(environment, { rollout, active: false })
    for (const take of this.takers) take()
  }
}

export class MemoryJobs implements Jobs {
  readonly #queue: MemoryQueue
  readonly #pending: Store['pending']
  readonly #held = new Map<string, { abort: AbortController; done: Promise<void>; missed: boolean }>()
  #drive: Drive | undefined
  #timer: NodeJS.Timeout | undefined
  readonly #take = () => this.#takeAll()

  constructor(pending: Store['pending'], queue = new MemoryQueue()) {
    this.#pending = pending
    this.#queue = queue
  }

  async wake(job: Wake): Promise<void> {
    const held = this.#held.get(job.environment)
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
    for (const [environment, job] of this.#queue.jobs) if (!job.active && this.#drive) this.#hold(environment, job)
  }

  #hold(environment: string, job: { rollout: string; active: boolean }): void {
    job.active = true
    const abort = new AbortController()
    const held = { abort, missed: false, done: Promise.resolve() }
    this.#held.set(environment, held)
    held.done = this.#run(environment, job.rollout, abort.signal)
  }

  async #run(environment: string, rollout: string, signal: AbortSignal): Promise<void> {
    const ended = await this.#driveOnce(rollout, signal)
    const missed = this.#held.get(environment)?.missed
    this.#held.delete(environment)
    this.#queue.jobs.delete(environment)
    if (!ended) this.#queue.add({ environment, rollout })
    else if (missed) await this.#sweep()
  }

  async #driveOnce(rollout: string, signal: AbortSignal): Promise<boolean> {
    try {
      await this.#drive?.(rollout, signal)
      return !signal.aborted
    } catch {
      return false
    }
  }

  async #sweep(): Promise<void> {
    for (const { id, application, environment } of await this.#pending()) {
      this.#queue.add({ rollout: id, environment: `${application}/${environment}` })
    }
    this.#takeAll()
  }
}

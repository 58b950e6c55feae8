// A runner: takes chunks of host work from the queue of its name, several at once, and carries them out with the `Remote`
// that it is given. What it begun goes on on the hosts when it dies; whoever takes the chunk next attaches there.

import type { Remote } from '../../../engine/ports.ts'
import { QueuedJobs } from '../jobs.ts'
import type { Ground } from '../open-store.ts'
import { queueOf } from './chunk.ts'
import { keepChunks, listChunks, takeChunk } from './chunk-rows.ts'
import { ChunkRun } from './chunk-run.ts'
import { TIMES, type Times } from './times.ts'

export type RunnerOptions = { ground: Ground; name: string; remote: Remote; times?: Partial<Times> }

/** A chunk may be one host: with fewer at once, hosts that are claimed one by one would wait. */
const CHUNKS_AT_ONCE = 200

export class RunnerWorker {
  readonly #options: RunnerOptions
  readonly #times: Times
  readonly #jobs: QueuedJobs
  readonly #runs = new Set<ChunkRun>()
  #timer: NodeJS.Timeout | undefined
  #beating = false

  constructor(options: RunnerOptions) {
    const { ground, name, times } = options
    this.#options = options
    this.#times = { ...TIMES, ...times }
    this.#jobs = new QueuedJobs({
      ...{ boss: ground.boss, queue: queueOf(name), report: ground.report },
      ...{ concurrency: CHUNKS_AT_ONCE, finishWithinMs: 0 },
      pending: async () => (await ground.db.read((db) => listChunks(db, name))).map((id) => ({ id, key: id })),
    })
  }

  /** Chunks in hand. */
  get size(): number {
    return this.#runs.size
  }

  async start(): Promise<void> {
    this.#timer = setInterval(() => void this.#beat(), this.#times.beatEveryMs)
    await this.#jobs.start((id, signal) => this.#carryOut(id, signal))
  }

  /** Takes nothing more, lets go of hosts, and gives its chunks back: another runner of the name has them at once. */
  async stop(): Promise<void> {
    await this.#jobs.stop()
    clearInterval(this.#timer)
  }

  async #carryOut(id: string, signal: AbortSignal): Promise<void> {
    const { ground, remote } = this.#options
    const chunk = await ground.db.read((db) => takeChunk(db, id))
    if (!chunk) return
    const run = new ChunkRun({ ...ground, remote, collectMs: this.#times.collectMs }, chunk)
    this.#runs.add(run)
    try {
      await run.carryOut(signal)
    } finally {
      this.#runs.delete(run)
    }
  }

  async #beat(): Promise<void> {
    if (this.#beating || this.#runs.size === 0) return
    this.#beating = true
    const { db, report } = this.#options.ground
    const runs = [...this.#runs]
    try {
      const ours = await db.read((kysely) =>
        keepChunks(
          kysely,
          runs.map(({ chunk }) => ({ id: chunk.id, takes: chunk.takes })),
        ),
      )
      for (const run of runs) run.heed(ours.get(run.chunk.id))
    } catch (error) {
      report(error instanceof Error ? error : new Error(String(error)))
    } finally {
      this.#beating = false
    }
  }
}

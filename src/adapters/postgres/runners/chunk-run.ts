// One chunk in the hands of a runner: carries its claims out with a `Remote`, collects what is said, and writes it until the
// database has it or the chunk is somebody else's.

import type { Claim, Remote, RemoteSession } from '../../../engine/ports.ts'
import type { Database } from '../database.ts'
import { within } from '../within.ts'
import { type ChunkState, claimKey, endsClaim, type Message, type TakenChunk, type Task } from './chunk.ts'
import { writeMessages } from './chunk-rows.ts'

export type RunTools = { db: Database; remote: Remote; collectMs: number; report: (fault: Error) => void }

const AGAIN_MS = 500
const LAST_WORDS_MS = 1_000

export class ChunkRun {
  readonly chunk: TakenChunk
  readonly #tools: RunTools
  readonly #left: Map<string, Claim>
  readonly #over = Promise.withResolvers<void>()
  #messages: Message[] = []
  #session: RemoteSession | undefined
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> | undefined
  #state: ChunkState = 'open'
  #ended = false

  constructor(tools: RunTools, chunk: TakenChunk) {
    this.#tools = tools
    this.chunk = chunk
    this.#left = new Map(chunk.claims.map((claim) => [claimKey(claim), claim]))
  }

  /** Resolves when all claims have ended, when the chunk was lost, or soon after the signal. */
  async carryOut(signal: AbortSignal): Promise<void> {
    const stop = () => void this.#handOver()
    signal.addEventListener('abort', stop, { once: true })
    this.#begin()
    if (signal.aborted) stop()
    await this.#over.promise
    signal.removeEventListener('abort', stop)
  }

  /** What the rows say of this chunk now; `undefined`: it is not ours any more. */
  heed(state: ChunkState | undefined): void {
    if (state === undefined) this.#end()
    else if (state === 'withdrawn' && this.#state === 'open') this.#session?.withdraw()
    this.#state = state ?? this.#state
  }

  #begin(): void {
    const { task } = this.chunk
    this.#state = this.chunk.state
    if (task.kind === 'probe') void this.#probe(task.directory).catch((error: unknown) => this.#report(error))
    else this.#open(task)
  }

  #open({ work, preempt }: Extract<Task, { kind: 'rollout' }>): void {
    const { hosts, claims, rollout, epoch } = this.chunk
    const places = new Map(hosts.map(({ index }, place) => [index, place]))
    this.#session = this.#tools.remote.open(
      {
        rollout,
        epoch,
        work,
        preempt,
        hosts: hosts.map(({ host, zone }) => ({ host, zone })),
      },
      (reports) => this.#hear(reports.map((report) => ({ ...report, host: hosts[report.host]?.index ?? -1 }))),
    )
    // After a withdrawal a run that was begun is attached to, by whoever has the chunk now; nothing else begins.
    const mayBegin = this.#state === 'open'
    this.#session.run(
      claims.map((claim) => ({
        ...claim,
        host: places.get(claim.host) ?? -1,
        mayBegin: claim.mayBegin && mayBegin,
      })),
    )
  }

  async #probe(directory: string): Promise<void> {
    const { hosts } = this.chunk
    const readings = await this.#tools.remote.probe(
      hosts.map(({ host }) => host),
      directory,
    )
    this.#hear(
      hosts.map(({ index }, place) => ({
        ...{ host: index, attempt: 0, kind: 'host-read' },
        reading: readings[place] ?? { kind: 'unreachable', signature: 'not read' },
      })),
    )
  }

  #hear(messages: readonly Message[]): void {
    if (this.#ended) return
    this.#messages.push(...messages)
    for (const message of messages) if (endsClaim(message)) this.#left.delete(claimKey(message))
    this.#timer ??= setTimeout(() => this.#write(), this.#tools.collectMs)
  }

  #write(): void {
    this.#writing ??= this.#writeAll()
      .catch((error: unknown) => {
        this.#report(error)
        this.#timer = setTimeout(() => this.#write(), AGAIN_MS)
      })
      .finally(() => {
        this.#writing = undefined
      })
  }

  async #writeAll(): Promise<void> {
    while (this.#messages.length > 0) {
      const messages = [...this.#messages]
      const left = [...this.#left.values()]
      if (!(await writeMessages(this.#tools.db, this.chunk, { messages, left }))) return this.#end()
      this.#messages.splice(0, messages.length)
    }
    this.#timer = undefined
    if (this.#left.size === 0) this.#end()
  }

  /** Lets go of the hosts, writes what was still heard, and leaves the rest to whoever takes the chunk next. */
  async #handOver(): Promise<void> {
    this.#session?.detach()
    await within(LAST_WORDS_MS, this.#writing ?? this.#writeAll())
    this.#end()
  }

  #report(error: unknown): void {
    this.#tools.report(error instanceof Error ? error : new Error(String(error)))
  }

  #end(): void {
    if (this.#ended) return
    this.#ended = true
    clearTimeout(this.#timer)
    this.#session?.detach()
    this.#over.resolve()
  }
}

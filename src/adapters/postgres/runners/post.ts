// The driver's post: carries messages of all its sessions from the tables to their listeners, shows that the driver lives,
// and gives up chunks that nobody takes. It knows sessions by their name, not what they are about.

import type { Database } from '../database.ts'
import type { Message } from './chunk.ts'
import { beatSessions, type GivenUp, giveUpChunks, readMessages, removeMessages } from './session-rows.ts'
import type { Times } from './times.ts'

export type Listener = { hear(messages: readonly Message[]): void; giveUp(chunk: GivenUp): void }

type PostOptions = { db: Database; times: Times; report: (fault: Error) => void }

/** After an outage of the database runners get so long to show that they live. */
const GRACE_MS = 15_000

export class Post {
  readonly #options: PostOptions
  readonly #listeners = new Map<string, Listener>()
  /** Heard, and perhaps not removed yet. */
  readonly #known = new Set<number>()
  #timer: NodeJS.Timeout | undefined
  #round: Promise<void> | undefined
  /** Monotonic ms. */
  #nextBeat = 0
  #reachableSince = Number.POSITIVE_INFINITY

  constructor(options: PostOptions) {
    this.#options = options
  }

  attend(session: string, listener: Listener): void {
    this.#listeners.set(session, listener)
    this.#timer ??= setInterval(() => this.#goRound(), this.#options.times.readEveryMs)
  }

  leave(session: string): void {
    this.#listeners.delete(session)
    if (this.#listeners.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#reachableSince = Number.POSITIVE_INFINITY
  }

  async close(): Promise<void> {
    for (const session of [...this.#listeners.keys()]) this.leave(session)
    await this.#round
  }

  #goRound(): void {
    this.#round ??= this.#look()
      .catch((error: unknown) => {
        this.#reachableSince = Number.POSITIVE_INFINITY
        this.#options.report(error instanceof Error ? error : new Error(String(error)))
      })
      .finally(() => {
        this.#round = undefined
      })
  }

  async #look(): Promise<void> {
    await this.#read()
    const now = performance.now()
    this.#reachableSince = Math.min(this.#reachableSince, now)
    if (now < this.#nextBeat) return
    this.#nextBeat = now + this.#options.times.beatEveryMs
    await this.#beat(now)
  }

  async #read(): Promise<void> {
    const { db } = this.#options
    for (;;) {
      if (this.#known.size > 0) {
        await db.read((kysely) => removeMessages(kysely, this.#known))
        this.#known.clear()
      }
      const sessions = [...this.#listeners.keys()]
      if (sessions.length === 0) return
      const rows = await db.read((kysely) => readMessages(kysely, sessions))
      if (rows.length === 0) return
      for (const { id, session, messages } of rows) {
        this.#known.add(id)
        this.#listeners.get(session)?.hear(messages)
      }
    }
  }

  async #beat(now: number): Promise<void> {
    const { db, times } = this.#options
    const sessions = [...this.#listeners.keys()]
    await db.read((kysely) => beatSessions(kysely, sessions))
    if (now - this.#reachableSince < Math.min(GRACE_MS, times.takeWithinMs)) return
    const chunks = await db.read((kysely) => giveUpChunks(kysely, sessions, times.takeWithinMs))
    if (chunks.length === 0) return
    // What their runners had written before it was too late still counts.
    await this.#read()
    for (const chunk of chunks) this.#listeners.get(chunk.session)?.giveUp(chunk)
  }
}

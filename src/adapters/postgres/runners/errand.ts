// One driver's work for runners, as a session of rows. What is asked of it is done in that order, again and again until the
// database has heard it. It knows which claims are open, so that each ends once, whatever is heard twice or too late.

import { randomUUID } from 'node:crypto'
import type { Claim } from '../../../engine/ports.ts'
import type { Database } from '../database.ts'
import type { JobBoss } from '../job-boss.ts'
import { JobQueue } from '../job-queue.ts'
import { claimKey, endsClaim, type Message, type NewChunk, queueOf, type Task } from './chunk.ts'
import type { Post } from './post.ts'
import { type GivenUp, offerChunks, removeSession, withdrawChunks } from './session-rows.ts'

export type ErrandTools = { db: Database; boss: JobBoss; post: Post; report: (fault: Error) => void }

/** Why claims end without a word of their hosts. */
export type Silence = { kind: 'removed' } | { kind: 'never-taken' | 'lost'; runner: string }

export type ErrandOptions = {
  rollout: string
  epoch: number
  task: Task
  hear: (messages: readonly Message[]) => void
  missed: (claims: readonly Claim[], why: Silence) => void
}

const AGAIN_MS = 300

export class Errand {
  readonly #id = randomUUID()
  readonly #tools: ErrandTools
  readonly #options: ErrandOptions
  /** By chunk, the claims that have not ended. */
  readonly #open = new Map<string, Map<string, Claim>>()
  #done: Promise<void> = Promise.resolve()
  #offered = false
  #left = false
  #again: () => void = () => {}

  constructor(tools: ErrandTools, options: ErrandOptions) {
    this.#tools = tools
    this.#options = options
  }

  offer(chunks: readonly NewChunk[]): void {
    const { db, post } = this.#tools
    this.#offered = true
    const { rollout, epoch, task } = this.#options
    for (const { id, claims } of chunks) this.#open.set(id, new Map(claims.map((claim) => [claimKey(claim), claim])))
    post.attend(this.#id, {
      hear: (messages) => this.#hear(messages),
      giveUp: (chunk) => this.#giveUp(chunk),
    })
    this.#insist(async () => {
      await offerChunks(db, { id: this.#id, rollout, epoch, task }, chunks)
      await this.#wake(chunks)
    })
  }

  /** Chunks that no runner took end at once; the others are told to begin nothing more. */
  withdraw(): void {
    this.#insist(async () => {
      for (const chunk of await withdrawChunks(this.#tools.db, this.#id)) this.#end(chunk, { kind: 'removed' })
    })
  }

  /** Nothing is heard any more. Resolves when the rows are gone, or cannot be removed now. */
  async leave(): Promise<void> {
    if (this.#left) return
    this.#left = true
    this.#again()
    this.#tools.post.leave(this.#id)
    await this.#done
    if (this.#offered) await this.#tools.db.read((db) => removeSession(db, this.#id)).catch(this.#tools.report)
  }

  async #wake(chunks: readonly NewChunk[]): Promise<void> {
    for (const runner of new Set(chunks.map((chunk) => chunk.runner))) {
      const name = queueOf(runner)
      const queue = new JobQueue(await this.#tools.boss.openWith(name), name)
      await queue.add(chunks.flatMap(({ id, runner: of }) => (of === runner ? [{ id, key: id }] : [])))
    }
  }

  #hear(messages: readonly Message[]): void {
    const fresh = messages.filter((message) => this.#isOpen(message))
    if (fresh.length > 0 && !this.#left) this.#options.hear(fresh)
  }

  /** Whether the message's claim was open; it is not afterwards, if the message ends it. */
  #isOpen(message: Message): boolean {
    const key = claimKey(message)
    for (const [chunk, claims] of this.#open) {
      if (!claims.has(key)) continue
      if (endsClaim(message)) claims.delete(key)
      if (claims.size === 0) this.#open.delete(chunk)
      return true
    }
    return false
  }

  #giveUp({ id, runner, takes }: GivenUp): void {
    this.#end(id, { kind: takes === 0 ? 'never-taken' : 'lost', runner })
  }

  #end(chunk: string, why: Silence): void {
    const claims = this.#open.get(chunk)
    this.#open.delete(chunk)
    if (claims && !this.#left) this.#options.missed([...claims.values()], why)
  }

  #insist(work: () => Promise<void>): void {
    this.#done = this.#done.then(async () => {
      while (!this.#left) {
        try {
          return await work()
        } catch (error) {
          this.#tools.report(error instanceof Error ? error : new Error(String(error)))
          await this.#pause()
        }
      }
    })
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, AGAIN_MS)
      this.#again = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

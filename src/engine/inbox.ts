// Handles what arrived: takes a row, calls the handler of its source, and notes what came of it. A handler that throws is
// called again, later and later, and at last the row is kept as failed. It never decides what a message means.

import { hideTokens } from '../core/hide-tokens.ts'
import { backoffMs } from './backoff.ts'
import type { Clock, Ids, Jobs } from './ports.ts'
import type { Handled, Handlers, InboxMessage, InboxRow, InboxStore, Received, Settlement } from './ports-inbox.ts'

export type InboxDeps = {
  store: InboxStore
  jobs: Jobs
  handlers: Handlers
  clock: Clock
  ids: Ids
  /** An attempt at a message failed; unless it was the last, another follows. */
  failed: (message: string, error: unknown) => void
}

/** Tries at a message before it is kept as failed: with the waits between them about half an hour. */
const MOST_TRIES = 10
const BACKOFF = { baseMs: 2_000, mostMs: 10 * 60_000 }
/** Longer than GitHub and Slack deliver anything again by themselves, or on request. */
const KEEP_DONE_MS = 8 * 24 * 60 * 60_000
const FORGET_EVERY_MS = 60 * 60_000
/** What is kept of an error. */
const MOST_NOTE = 2_000

export class Inbox {
  readonly #deps: InboxDeps
  #cancelForget: () => void = () => {}

  constructor(deps: InboxDeps) {
    this.#deps = deps
  }

  /** When it returns, the message is committed and may be acknowledged (unless it was refused). */
  async receive(message: InboxMessage): Promise<Received> {
    const { store, jobs, failed } = this.#deps
    const received = await store.receive(message)
    if (received.kind === 'new' || received.kind === 'again') {
      const { id } = received
      // Not awaited: the row is enough, this only saves the time until somebody looks.
      jobs.wake({ id, key: id }).catch((error: unknown) => failed(id, error))
    }
    return received
  }

  async start(): Promise<void> {
    await this.#deps.jobs.start((id, signal) => this.#handle(id, signal))
    this.#forgetLater()
  }

  async stop(): Promise<void> {
    this.#cancelForget()
    await this.#deps.jobs.stop()
  }

  async #handle(id: string, signal: AbortSignal): Promise<void> {
    const { store, failed } = this.#deps
    const row = await store.claim(id)
    if (!row) return
    // It took its process with it each time, and did not come to settle.
    if (row.tries > MOST_TRIES) await store.settle(row, { kind: 'failed', note: 'its handling was cut off each time' })
    else {
      const settlement = await this.#attempt(row, signal).catch((error: unknown) => {
        failed(id, error)
        return this.#afterFault(row, error, signal)
      })
      await store.settle(row, settlement)
    }
  }

  async #attempt(row: InboxRow, signal: AbortSignal): Promise<Settlement> {
    const handler = this.#deps.handlers[row.source]
    if (!handler) throw new Error(`Nothing handles what comes from ${row.source}`)
    const handled: Handled = await handler(row, signal)
    return handled.kind === 'later' ? { ...handled, tries: 0 } : handled
  }

  #afterFault(row: InboxRow, error: unknown, signal: AbortSignal): Settlement {
    const note = hideTokens(String(error)).slice(0, MOST_NOTE)
    // Cut off because this process stops: no fault of the message's.
    if (signal.aborted) return { kind: 'later', afterMs: 0, tries: row.tries - 1, note }
    if (row.tries >= MOST_TRIES) return { kind: 'failed', note }
    const afterMs = backoffMs(row.tries, BACKOFF, { ids: this.#deps.ids, seed: row.id })
    return { kind: 'later', afterMs, tries: row.tries, note }
  }

  #forgetLater(): void {
    const { clock, store, failed } = this.#deps
    this.#cancelForget = clock.after(FORGET_EVERY_MS, () => {
      store.forget(KEEP_DONE_MS).catch((error: unknown) => failed('forgetting', error))
      this.#forgetLater()
    })
  }
}

// The one way to the tables. It makes the embedded store's trap impossible: PGlite has one connection, so whoever queries
// outside an open transaction from within it would wait for ever. Here that throws at once, on a server too.

import { AsyncLocalStorage } from 'node:async_hooks'
import type { Kysely, RawBuilder, Transaction } from 'kysely'
import type { Db } from 'pg-boss'
import type { Tables } from './tables.ts'

/** What a driver brings: queries through Kysely, statements for pg-boss, and the end of both. */
export type Connection = {
  kysely: Kysely<Tables>
  statements: Db
  close: () => Promise<void>
  /** The first statement of each transaction. */
  begin?: RawBuilder<unknown>
  /** The end of the store in this process, if that is what this fault is: nothing of it may be used after it. */
  endedBy?: (fault: unknown) => Error | undefined
}

type Frame = { open: boolean }

export class Database {
  readonly #connection: Connection
  readonly #frames = new AsyncLocalStorage<Frame>()
  #ended: Error | undefined

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** For statements that stand alone. Throws inside `transaction`: use what that passes down. */
  async read<T>(query: (db: Kysely<Tables>) => Promise<T>): Promise<T> {
    this.#refuseInside()
    return await this.#use(() => query(this.#connection.kysely))
  }

  /** All or nothing. `work` may await only what it does through its argument. */
  async transaction<T>(work: (trx: Transaction<Tables>) => Promise<T>): Promise<T> {
    this.#refuseInside()
    const frame: Frame = { open: true }
    try {
      return await this.#use(() =>
        this.#connection.kysely.transaction().execute((trx) =>
          this.#frames.run(frame, async () => {
            await this.#connection.begin?.execute(trx)
            return await work(trx)
          }),
        ),
      )
    } finally {
      // What was begun in the transaction and outlives it may query again.
      frame.open = false
    }
  }

  /** For pg-boss; under the same rule. */
  get statements(): Db {
    return {
      executeSql: async (text, values) => {
        this.#refuseInside()
        return await this.#use(() => this.#connection.statements.executeSql(text, values))
      },
    }
  }

  async close(): Promise<void> {
    // What has ended cannot be closed either; its lock is free when this process has ended.
    if (this.#ended) return
    await this.#connection.close()
  }

  async #use<T>(work: () => Promise<T>): Promise<T> {
    if (this.#ended) throw this.#ended
    try {
      return await work()
    } catch (error) {
      this.#ended ??= this.#connection.endedBy?.(error)
      throw this.#ended ?? error
    }
  }

  #refuseInside(): void {
    if (this.#frames.getStore()?.open) throw new Error('A query outside the open transaction would wait for ever')
  }
}

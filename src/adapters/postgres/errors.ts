// The few errors that opening a store can end in. Each says what is wrong and what to do; none carries a password.

import type { Holder } from './holder.ts'

/** Another process works on this data directory. `holder.control` is where it can be asked, when it listens. */
export class StoreInUse extends Error {
  readonly holder: Holder
  constructor(dataDirectory: string, holder: Holder) {
    const since = new Date(holder.startedAt).toISOString()
    super(
      `The data directory ${dataDirectory} is in use by process ${holder.pid} since ${since}. ` +
        `Wait for it to end, stop it, or choose another data directory.`,
    )
    this.name = 'StoreInUse'
    this.holder = holder
  }
}

/** The database server could not be reached, or refused us. */
export class StoreUnreachable extends Error {
  constructor(place: string, cause: unknown) {
    super(`Cannot open the database at ${place}: ${reason(cause)}. ${advice(cause)}`, { cause })
    this.name = 'StoreUnreachable'
  }
}

/** What hosts and people write is any text; a database of another encoding refuses some of it in the middle of a rollout. */
export class StoreNotUtf8 extends Error {
  constructor(place: string, encoding: string) {
    super(
      `The database at ${place} is encoded in ${encoding}; it must be UTF8. ` +
        `Make one with: create database houston encoding 'UTF8' template template0`,
    )
    this.name = 'StoreNotUtf8'
  }
}

/** DATABASE_URL is not one. The value is not shown: it may hold a password. */
export class BadDatabaseUrl extends Error {
  constructor() {
    super(
      'DATABASE_URL is not a valid address. Write postgres://user:password@host:5432/database ' +
        '(characters like @ / : in the password must be percent-encoded), or unset it to use the embedded store.',
    )
    this.name = 'BadDatabaseUrl'
  }
}

/** The store was written by a newer Houston. */
export class StoreTooNew extends Error {
  readonly migrations: readonly string[]
  constructor(migrations: readonly string[]) {
    super(
      `The store was written by a newer Houston (it has ${migrations.join(', ')}, which this one does not know). ` +
        `Run that version or a newer one; nothing was changed.`,
    )
    this.name = 'StoreTooNew'
    this.migrations = migrations
  }
}

/**
 * The embedded Postgres has given up, for instance because its disk is full. What was committed is in its files; this process
 * cannot use them any more, and the next one can.
 */
export class StoreBroken extends Error {
  constructor(cause: Error) {
    super(`The embedded store has stopped: ${cause.message}. Make room on its disk, and start this process again.`, {
      cause,
    })
    this.name = 'StoreBroken'
  }
}

/** Postgres panics where it cannot go on; a server restarts itself then, the embedded one cannot. */
export function brokenBy(fault: unknown): StoreBroken | undefined {
  const panicked = fault instanceof Error && 'severity' in fault && fault.severity === 'PANIC'
  return panicked ? new StoreBroken(fault) : undefined
}

/** The database refused a write for this constraint's or unique index's sake. */
export function violates(error: unknown, constraint: string): boolean {
  return error instanceof Error && 'constraint' in error && error.constraint === constraint
}

function reason(cause: unknown): string {
  if (cause instanceof AggregateError && cause.errors.length > 0) return reason(cause.errors[0])
  return cause instanceof Error && cause.message ? cause.message : String(cause)
}

function advice(cause: unknown): string {
  const code = codeOf(cause)
  if (code === '28P01' || code === '28000') return 'Check the user and the password in DATABASE_URL.'
  if (code === '3D000') return 'Create the database, or correct its name in DATABASE_URL.'
  if (code === '42501') return 'Give the user the right to create schemas in this database.'
  return 'Check that the server runs and that the host and the port in DATABASE_URL are right.'
}

function codeOf(cause: unknown): unknown {
  return typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined
}

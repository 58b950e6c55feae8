// The database's clock, which decides what is due: the clocks of processes differ.

import { type RawBuilder, sql } from 'kysely'

/** Milliseconds since 1970, at the moment when the expression is computed. */
export const NOW: RawBuilder<number> = sql<number>`floor(extract(epoch from clock_timestamp()) * 1000)::bigint`

/** The same at the beginning of the statement, for comparing many rows. */
export const STATEMENT_NOW: RawBuilder<number> = sql<number>`floor(extract(epoch from statement_timestamp()) * 1000)::bigint`

/** `forMs` after the beginning of the statement. */
export function fromNow(forMs: number): RawBuilder<number> {
  return sql<number>`${STATEMENT_NOW} + ${Math.ceil(forMs)}::bigint`
}

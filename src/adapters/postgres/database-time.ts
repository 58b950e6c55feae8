// The database's clock, which decides what is due: the clocks of processes differ.

import { type RawBuilder, sql } from 'kysely'

/** Milliseconds since 1970, at the moment when the expression is computed. */
export const NOW: RawBuilder<number> = sql<number>`floor(extract(epoch from clock_timestamp()) * 1000)::bigint`

/** The same at the beginning of the statement, for comparing many rows. */
export const STATEMENT_NOW: RawBuilder<number> = sql<number>`floor(extract(epoch from statement_timestamp()) * 1000)::bigint`

// The processes that work on this store, and when each was heard last. Never edited once released: add a number.

import { type Kysely, sql } from 'kysely'

const STATEMENTS = [
  `create table houston.replica (
    id text primary key,
    kind text not null,
    name text not null,
    host text not null,
    pid integer not null,
    version text not null,
    started_at bigint not null,
    beat_at bigint not null,
    draining boolean not null
  )`,
]

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

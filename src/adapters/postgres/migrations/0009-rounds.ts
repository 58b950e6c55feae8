// What is done again and again by one process at a time, and where each round goes on from.

import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table houston.round (name text primary key, since_at bigint not null, due_at bigint not null)`.execute(
    db,
  )
}

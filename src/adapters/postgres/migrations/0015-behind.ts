// Since when a projection has had something left to do. Until now an outage hid it: each pass that failed noted the newest state.

import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table houston.projection add column behind_at bigint`.execute(db)
}

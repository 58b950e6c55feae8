// Where at a forge a rollout was asked for, so that it is told of there too.

import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table houston.rollout add column origin json`.execute(db)
}

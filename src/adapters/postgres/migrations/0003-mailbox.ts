// Letters to a rollout: what was asked of it and how its driver answered.

import { type Kysely, sql } from 'kysely'

const STATEMENTS = [
  `create table houston.mailbox (
    seq bigint generated always as identity primary key,
    id text not null unique,
    rollout text not null references houston.rollout (id),
    by json not null,
    ask json not null,
    at bigint not null,
    answer json
  )`,
  `create index mailbox_unanswered on houston.mailbox (rollout, seq) where answer is null`,
]

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

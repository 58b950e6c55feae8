// How long each commit took from its making to the hosts, kept when its rollout succeeded.

import { type Kysely, sql } from 'kysely'

const STATEMENTS = [
  `create table houston.lead_time (
    rollout text not null references houston.rollout (id),
    commit_sha text not null,
    application text not null,
    environment text not null,
    committed_at bigint,
    merged_at bigint,
    queued_at bigint not null,
    first_host_at bigint not null,
    last_host_at bigint not null,
    primary key (rollout, commit_sha)
  )`,
  'create index lead_time_by_environment on houston.lead_time (application, environment, queued_at desc)',
]

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

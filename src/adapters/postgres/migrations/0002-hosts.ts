// What a rollout does on each host, and what each host is known to run. Hot tables have no foreign keys: a commit has
// already proved by its fence that the rollout is there, and checking it again for each of 10,000 rows costs a third.

import { type Kysely, sql } from 'kysely'

const STATEMENTS = [
  `create table houston.rollout_host (
    rollout text not null,
    host integer not null,
    phase text not null,
    attempt integer not null,
    step text,
    signature text,
    installed text,
    started_at bigint,
    finished_at bigint,
    primary key (rollout, host)
  )`,
  `create table houston.host_log (
    rollout text not null,
    host integer not null,
    attempt integer not null,
    head text not null,
    tail text not null,
    cut_bytes bigint not null,
    primary key (rollout, host, attempt)
  )`,
  `create table houston.host_record (
    application text not null,
    environment text not null,
    name text collate "C" not null,
    zone text not null,
    health text not null,
    release text,
    rollout text not null,
    at bigint not null,
    primary key (application, environment, name)
  )`,
  `create table houston.host_release (
    id bigint generated always as identity primary key,
    application text not null,
    environment text not null,
    name text collate "C" not null,
    zone text not null,
    release text not null,
    rollout text not null,
    from_at bigint not null,
    to_at bigint
  )`,
  // A host runs one release at a time.
  `create unique index host_release_open on houston.host_release (application, environment, name) where to_at is null`,
  // Not by application and environment: without statistics a planner takes such an index for the one above, and then
  // closing 10,000 intervals takes minutes.
  `create index host_release_by_rollout on houston.host_release (rollout)`,
  `create index host_release_by_release on houston.host_release (release text_pattern_ops)`,
]

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

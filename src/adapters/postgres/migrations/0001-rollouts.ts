// Rollouts, their plans and their audit trail, and the counter that epochs come from. Never edited once released: add a number.

import { type Kysely, sql } from 'kysely'

const STATEMENTS = [
  // For pg-boss's tables: several processes that start at once would race for it, here they wait for each other.
  `create schema houston_jobs`,
  `create table houston.epoch (
    id integer primary key default 1 check (id = 1),
    value bigint not null
  )`,
  `insert into houston.epoch (value) values (0)`,
  `create table houston.rollout (
    id text primary key,
    kind text not null,
    application text not null,
    environment text not null,
    release_id text not null,
    commit_sha text,
    work json not null,
    hosts integer not null,
    cursor json not null,
    phase text not null,
    epoch bigint not null,
    requested_by json not null,
    reason text,
    created_at bigint not null,
    finished_at bigint,
    trail_seq integer not null,
    trail_hash text not null
  )`,
  // At most one rollout of an environment has not ended. The list is ENDED of core/rollout.ts.
  `create unique index rollout_one_active on houston.rollout (application, environment)
    where phase not in ('succeeded', 'failed', 'aborted', 'superseded')`,
  `create index rollout_by_environment on houston.rollout (application, environment, created_at desc)`,
  `create index rollout_by_age on houston.rollout (created_at desc)`,
  `create index rollout_by_commit on houston.rollout (commit_sha text_pattern_ops)`,
  `create table houston.rollout_plan (
    rollout text not null,
    part integer not null,
    text text not null,
    primary key (rollout, part)
  )`,
  `create table houston.rollout_event (
    rollout text not null,
    seq integer not null,
    at bigint not null,
    kind text not null,
    body text not null,
    previous text not null,
    hash text not null,
    primary key (rollout, seq)
  )`,
  `create function houston.refuse_change() returns trigger language plpgsql as $$
    begin raise exception 'houston.rollout_event is append-only'; end $$`,
  `create trigger rollout_event_append_only before update or delete or truncate on houston.rollout_event
    for each statement execute function houston.refuse_change()`,
]

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

// Host work on its way to runners and back, and the artefacts that every process of a store can fetch. Rows of a session go
// with it, so that nothing of a rollout that was let go of can be begun later.

import { type Kysely, sql } from 'kysely'

const STATEMENTS = [
  `create table houston.runner_session (
    id text primary key,
    rollout text not null,
    epoch bigint not null,
    task json not null,
    seen_at timestamptz not null default clock_timestamp()
  )`,
  `create table houston.runner_chunk (
    id text primary key,
    session text not null references houston.runner_session (id) on delete cascade,
    runner text not null,
    hosts json not null,
    claims json not null,
    remaining integer not null,
    state text not null default 'open',
    takes integer not null default 0,
    offered_at timestamptz not null default clock_timestamp(),
    beat_at timestamptz
  )`,
  `create index runner_chunk_by_session on houston.runner_chunk (session)`,
  `create index runner_chunk_open on houston.runner_chunk (runner) where remaining > 0`,
  `create table houston.runner_message (
    id bigint generated always as identity primary key,
    session text not null references houston.runner_session (id) on delete cascade,
    messages json not null
  )`,
  `create index runner_message_by_session on houston.runner_message (session, id)`,
  `create table houston.artefact (
    sha256 text not null,
    part integer not null,
    bytes bytea not null,
    kept_at timestamptz not null default clock_timestamp(),
    primary key (sha256, part)
  )`,
]

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

// What arrives from outside, what was brought outside of each rollout, and the budgets of such writes. A rollout remembers
// the intent that caused it, so that no intent causes two.

import { type Kysely, sql } from 'kysely'

const STATEMENTS = [
  `create table houston.inbox (
    id text primary key,
    source text not null,
    key text not null,
    topic text not null,
    body text not null,
    state text not null default 'waiting',
    deliveries integer not null default 1,
    attempt integer not null default 0,
    tries integer not null default 0,
    note text,
    received_at bigint not null,
    due_at bigint not null,
    settled_at bigint
  )`,
  `create index inbox_waiting on houston.inbox (due_at) where state = 'waiting'`,
  `create index inbox_settled on houston.inbox (state, settled_at) where state <> 'waiting'`,
  `alter table houston.rollout add column intent text`,
  `create unique index rollout_by_intent on houston.rollout (intent) where intent is not null`,
  `create table houston.surface (name text primary key)`,
  `create table houston.projection (
    rollout text not null,
    surface text not null,
    epoch bigint not null default 0,
    seq integer not null default 0,
    phase text not null default '',
    attempts integer not null default 0,
    unfinished boolean not null default true,
    due_at bigint not null default 0,
    settled boolean not null default false,
    primary key (rollout, surface)
  )`,
  `create index projection_open on houston.projection (rollout) where not settled`,
  `create table houston.projected (
    rollout text not null,
    surface text not null,
    key text not null,
    life integer not null,
    creating text,
    outside_id text,
    digest text,
    refusal json,
    lost integer not null,
    noted_at bigint not null,
    primary key (rollout, surface, key)
  )`,
  `create table houston.budget (
    key text primary key,
    writes json not null default '[]',
    paused_until bigint not null default 0,
    used_at bigint not null
  )`,
]

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

// Locks of environments, and the audit of intents with the end of its chain, whose row everybody who appends must hold.

import { type Kysely, sql } from 'kysely'

const STATEMENTS = [
  `create table houston.environment_lock (
    application text not null,
    environment text not null,
    locks json not null,
    seen_at bigint not null,
    primary key (application, environment)
  )`,
  `create table houston.audit (
    seq bigint primary key,
    at bigint not null,
    application text not null,
    environment text not null,
    fact text not null,
    previous text not null,
    hash text not null
  )`,
  'create index audit_by_environment on houston.audit (application, environment, seq desc)',
  `create table houston.audit_end (
    id integer primary key default 1 check (id = 1),
    seq bigint not null,
    hash text not null,
    at bigint not null
  )`,
  `insert into houston.audit_end (seq, hash, at) values (0, '', 0)`,
]

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

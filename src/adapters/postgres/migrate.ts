// Brings the schema up to this Houston's, one numbered migration after another. A store of a newer Houston is refused, never touched.

import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { StoreTooNew } from './errors.ts'
import { up as rollouts } from './migrations/0001-rollouts.ts'
import { up as hosts } from './migrations/0002-hosts.ts'
import { up as mailbox } from './migrations/0003-mailbox.ts'
import { up as replicas } from './migrations/0004-replicas.ts'
import { up as inbox } from './migrations/0005-inbox.ts'
import { up as runners } from './migrations/0006-runners.ts'
import { up as locks } from './migrations/0007-locks.ts'
import { up as origin } from './migrations/0008-origin.ts'
import { up as rounds } from './migrations/0009-rounds.ts'
import { up as leadTimes } from './migrations/0010-lead-times.ts'
import { up as identity } from './migrations/0011-identity.ts'
import { up as behind } from './migrations/0015-behind.ts'
import { up as terminals } from './migrations/0016-terminals.ts'
import type { Tables } from './tables.ts'

/** In order; a name never changes once it was released. */
const MIGRATIONS: Readonly<Record<string, Migration['up']>> = {
  '0001-rollouts': rollouts,
  '0002-hosts': hosts,
  '0003-mailbox': mailbox,
  '0004-replicas': replicas,
  '0005-inbox': inbox,
  '0006-runners': runners,
  '0007-locks': locks,
  '0008-origin': origin,
  '0009-rounds': rounds,
  '0010-lead-times': leadTimes,
  '0011-identity': identity,
  '0015-behind': behind,
  '0016-terminals': terminals,
}

/** Any number that nobody else takes in this database. */
const LOCK = 4_801_206_117

/** All or nothing. Safe to call by several processes at once: they wait for each other. */
export async function migrate(db: Kysely<Tables>): Promise<void> {
  const known = Object.keys(MIGRATIONS)
  const done = await executed(db)
  const unknown = done.filter((name) => !known.includes(name))
  if (unknown.length > 0) throw new StoreTooNew(unknown)
  if (done.length === known.length) return
  await db.transaction().execute(async (trx) => {
    // The transaction's and not, as Kysely's migrator takes it, the session's: behind a pooler another session would be told
    // to open it, and it would be held for ever.
    await sql`select pg_advisory_xact_lock(${sql.lit(LOCK)})`.execute(trx)
    await runMissing(trx)
  })
}

async function runMissing(db: Kysely<Tables>): Promise<void> {
  await sql`create schema if not exists houston`.execute(db)
  await sql`create table if not exists houston.migration
    (name varchar(255) primary key, timestamp varchar(255) not null)`.execute(db)
  const done = await executed(db)
  for (const [name, up] of Object.entries(MIGRATIONS)) {
    if (done.includes(name)) continue
    await up(db)
    await sql`insert into houston.migration (name, timestamp)
      values (${name}, to_char(now() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`.execute(db)
  }
}

async function executed(db: Kysely<Tables>): Promise<string[]> {
  const found = await sql<{ table: string | null }>`select to_regclass('houston.migration')::text as table`.execute(db)
  if (!found.rows[0]?.table) return []
  const rows = await db.selectFrom('houston.migration').select('name').execute()
  return rows.map((row) => row.name)
}

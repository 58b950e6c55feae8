// Brings the schema up to this Houston's, one numbered migration after another. A store of a newer Houston is refused, never touched.

import { type Kysely, sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
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
import type { Tables } from './tables.ts'

/** In order; a name never changes once it was released. */
const MIGRATIONS: Record<string, Migration> = {
  '0001-rollouts': { up: rollouts },
  '0002-hosts': { up: hosts },
  '0003-mailbox': { up: mailbox },
  '0004-replicas': { up: replicas },
  '0006-runners': { up: runners },
  '0005-inbox': { up: inbox },
  '0007-locks': { up: locks },
  '0008-origin': { up: origin },
  '0009-rounds': { up: rounds },
  '0010-lead-times': { up: leadTimes },
}

/** Safe to call by several processes at once: the migrator takes a lock. */
export async function migrate(db: Kysely<Tables>): Promise<void> {
  const known = Object.keys(MIGRATIONS)
  const done = await executed(db)
  const unknown = done.filter((name) => !known.includes(name))
  if (unknown.length > 0) throw new StoreTooNew(unknown)
  // The migrator asks the catalogue a dozen questions; a store that is up to date is opened without it.
  if (done.length === known.length) return
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => MIGRATIONS },
    migrationTableSchema: 'houston',
    migrationTableName: 'migration',
    migrationLockTableName: 'migration_lock',
  })
  const { error } = await migrator.migrateToLatest()
  if (error) throw error
}

async function executed(db: Kysely<Tables>): Promise<string[]> {
  const found = await sql<{ table: string | null }>`select to_regclass('houston.migration')::text as table`.execute(db)
  if (!found.rows[0]?.table) return []
  const rows = await db.selectFrom('houston.migration').select('name').execute()
  return rows.map((row) => row.name)
}

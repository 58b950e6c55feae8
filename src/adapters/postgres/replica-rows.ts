// The port `Replicas` over one table. Only the database's clock says who was heard when.

import { type Kysely, sql } from 'kysely'
import type { Replica, Replicas } from '../../engine/ports-replicas.ts'
import type { Database } from './database.ts'
import type { Tables } from './tables.ts'

/** Silent for longer, it counts as gone: several beats were missed. */
const SILENT_MS = 10_000
const FORGOTTEN_MS = 60 * 60 * 1_000

const now = sql<number>`floor(extract(epoch from clock_timestamp()) * 1000)::bigint`

export function makeReplicas(db: Database): Replicas {
  return {
    beat: (replica) => db.read((kysely) => beat(kysely, replica)),
    living: () => db.read(readLiving),
    leave: (id) => db.read((kysely) => leave(kysely, id)),
  }
}

async function beat(db: Kysely<Tables>, { startedAt, ...replica }: Replica): Promise<void> {
  await db
    .insertInto('houston.replica')
    .values({ ...replica, started_at: startedAt, beat_at: now })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ beat_at: now, draining: replica.draining }))
    .execute()
  await db.deleteFrom('houston.replica').where('beat_at', '<', sql<number>`${now} - ${FORGOTTEN_MS}::bigint`).execute()
}

export async function readLiving(db: Kysely<Tables>): Promise<Replica[]> {
  const rows = await db
    .selectFrom('houston.replica')
    .select(['id', 'kind', 'name', 'host', 'pid', 'version', 'started_at as startedAt', 'draining'])
    .where('beat_at', '>=', sql<number>`${now} - ${SILENT_MS}::bigint`)
    .orderBy('started_at')
    .orderBy('id')
    .execute()
  return rows
}

async function leave(db: Kysely<Tables>, id: string): Promise<void> {
  await db.deleteFrom('houston.replica').where('id', '=', id).execute()
}

// Rollouts as they are read: whole, as a list, and those that want a driver.

import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { RolloutRecord, RolloutSummary, Store } from '../../engine/ports.ts'
import { DRIVEN } from '../../engine/ports.ts'
import type { Database } from './database.ts'
import { toText } from './json.ts'
import { readPlan } from './plan-text.ts'
import type { Place } from './record-rows.ts'
import { SUMMARY_COLUMNS, toSummary } from './rollout-row.ts'
import type { Tables } from './tables.ts'

export async function readRollout(db: Database, id: string): Promise<RolloutRecord | undefined> {
  const row = await db.read((kysely) =>
    kysely
      .selectFrom('houston.rollout')
      .select([...SUMMARY_COLUMNS, 'trail_seq', 'trail_hash'])
      .where('id', '=', id)
      .executeTakeFirst(),
  )
  if (!row) return undefined
  const plan = await db.read((kysely) => readPlan(kysely, id))
  return { ...toSummary(row), plan, trail: { seq: row.trail_seq, hash: row.trail_hash } }
}

/** The newest rollout of an environment, how long its trail is, and its phase: who supersedes one writes no trail. */
export async function readVersion(db: Kysely<Tables>, of: Place): Promise<string> {
  return versionOf(await newestOf(db, of).executeTakeFirst())
}

/** To be held until the end of a transaction, too. */
export function newestOf(db: Kysely<Tables>, { application, environment }: Place) {
  return db
    .selectFrom('houston.rollout')
    .select(['id', 'trail_seq', 'phase', 'created_at'])
    .where('application', '=', application)
    .where('environment', '=', environment)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
}

export function versionOf(newest: { id: string; trail_seq: number; phase: string } | undefined): string {
  return newest ? `${newest.id}/${newest.trail_seq}/${newest.phase}` : ''
}

export async function findCausedBy(db: Kysely<Tables>, intent: string): Promise<string | undefined> {
  const query = db.selectFrom('houston.rollout').select('id').where('intent', '=', toText(intent))
  return (await query.executeTakeFirst())?.id
}

/** Newest first. */
export async function listRollouts(
  db: Kysely<Tables>,
  filter: Parameters<Store['rollouts']>[0],
): Promise<RolloutSummary[]> {
  let query = db.selectFrom('houston.rollout').select(SUMMARY_COLUMNS)
  if (filter.application !== undefined) query = query.where('application', '=', filter.application)
  if (filter.environment !== undefined) query = query.where('environment', '=', filter.environment)
  if (filter.before !== undefined) query = query.where(olderThan(filter.before))
  const rows = await query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(filter.limit).execute()
  return rows.map(toSummary)
}

function olderThan(id: string): RawBuilder<boolean> {
  const known = toText(id)
  return sql`(created_at, id) < (select created_at, id from houston.rollout where id = ${known})`
}

/** Oldest first. */
export async function listPending(
  db: Kysely<Tables>,
): Promise<{ id: string; application: string; environment: string }[]> {
  return await pendingRollouts(db).execute()
}

/** Two short looks at an index: one condition with `or` reads every rollout there ever was, several times a second. */
export function pendingRollouts(db: Kysely<Tables>) {
  const driven = db.selectFrom('houston.rollout').select('id').where('phase', 'in', DRIVEN)
  const asked = db.selectFrom('houston.mailbox').select('rollout as id').where('answer', 'is', null)
  return db
    .selectFrom('houston.rollout')
    .select(['id', 'application', 'environment'])
    .where('id', 'in', driven.union(asked))
    .orderBy('created_at')
    .orderBy('id')
}

export async function countHosts(db: Kysely<Tables>, rollout: string): Promise<number> {
  const row = await db.selectFrom('houston.rollout').select('hosts').where('id', '=', rollout).executeTakeFirst()
  return row?.hosts ?? 0
}

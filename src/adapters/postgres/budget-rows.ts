// Budgets of writes to the outside world, as rows that all replicas share: when the last writes were, by the database's clock.

import { sql, type Transaction } from 'kysely'
import { recent, waitFor } from '../../core/project-budget.ts'
import type { Budget, Taken } from '../../engine/ports-outside.ts'
import type { Database } from './database.ts'
import { NOW } from './database-time.ts'
import { toJson } from './json.ts'
import type { Tables } from './tables.ts'

/** A budget that nobody used for so long has no limit that still counts; messages have one each. */
const IDLE_MS = 24 * 60 * 60_000

export async function takeBudgets(db: Database, budgets: readonly Budget[]): Promise<Taken> {
  if (budgets.length === 0) return { kind: 'granted' }
  return await db.transaction(async (trx) => {
    const rows = await lock(trx, budgets)
    const now = await readClock(trx)
    const wait = budgets.reduce((most, { key, limits }) => {
      const row = rows.find((each) => each.key === key)
      return Math.max(most, (row?.paused_until ?? 0) - now, waitFor(row?.writes ?? [], limits, now))
    }, 0)
    if (wait > 0) return { kind: 'wait', ms: wait }
    for (const { key, limits } of budgets) {
      if (limits.length === 0) continue
      const writes = rows.find((each) => each.key === key)?.writes ?? []
      const set = { writes: toJson([...recent(writes, limits, now), now]), used_at: now }
      await trx.updateTable('houston.budget').set(set).where('key', '=', key).execute()
    }
    return { kind: 'granted' }
  })
}

export async function pauseBudgets(db: Database, budgets: readonly Pick<Budget, 'key'>[], ms: number): Promise<void> {
  await db.transaction(async (trx) => {
    await lock(trx, budgets)
    for (const { key } of budgets) {
      const until = sql<number>`greatest(paused_until, ${NOW} + ${Math.ceil(ms)}::bigint)`
      await trx
        .updateTable('houston.budget')
        .set({ paused_until: until, used_at: until })
        .where('key', '=', key)
        .execute()
    }
  })
}

type Row = { key: string; writes: number[]; paused_until: number }

/** In the order of their keys, as everybody does: no deadlock. */
async function lock(trx: Transaction<Tables>, budgets: readonly Pick<Budget, 'key'>[]): Promise<Row[]> {
  const keys = [...new Set(budgets.map(({ key }) => key))].sort()
  const made = await trx
    .insertInto('houston.budget')
    .values(keys.map((key) => ({ key, writes: '[]', paused_until: 0, used_at: NOW })))
    .onConflict((conflict) => conflict.doNothing())
    .returning('key')
    .execute()
  if (made.length > 0) await forgetIdle(trx)
  const query = trx.selectFrom('houston.budget').select(['key', 'writes', 'paused_until']).where('key', 'in', keys)
  return await query.orderBy('key').forUpdate().execute()
}

async function forgetIdle(trx: Transaction<Tables>): Promise<void> {
  await sql`delete from houston.budget where key in
    (select key from houston.budget where used_at < ${NOW} - ${IDLE_MS}::bigint for update skip locked)`.execute(trx)
}

/** Once the rows are locked: a grant is never dated before one that it counted. */
async function readClock(trx: Transaction<Tables>): Promise<number> {
  const { now } = await trx.selectNoFrom(NOW.as('now')).executeTakeFirstOrThrow()
  return now
}

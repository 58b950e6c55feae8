// The rows of projections and of the objects that were brought outside: the port `ProjectionStore` but for its budgets.
// Whoever opens a projection raises its epoch; every write names the epoch and hits nothing when it is old.

import { type Kysely, type Selectable, sql, type Transaction } from 'kysely'
import { hasEnded } from '../../core/rollout.ts'
import type { OpenProjection, PassEnd, Projected, ProjectionHold, ProjectionStore } from '../../engine/ports-outside.ts'
import { projectionWake } from '../../engine/ports-outside.ts'
import { pauseBudgets, takeBudgets } from './budget-rows.ts'
import type { Database } from './database.ts'
import { NOW, STATEMENT_NOW } from './database-time.ts'
import { toJson, toText } from './json.ts'
import type { Tables } from './tables.ts'

export function makeProjectionStore(db: Database): ProjectionStore {
  return {
    serve: (surfaces) => db.read((kysely) => serve(kysely, surfaces)),
    pending: async () => (await db.read(listPending)).map(projectionWake),
    open: (rollout, surface) => open(db, rollout, surface),
    objects: (rollout, surface) => db.read((kysely) => readObjects(kysely, rollout, surface)),
    note: (hold, object) => db.read((kysely) => note(kysely, hold, object)),
    settle: (hold, end) => db.transaction((trx) => settle(trx, hold, end)),
    take: (budgets) => takeBudgets(db, budgets),
    pause: (budgets, ms) => pauseBudgets(db, budgets, ms),
  }
}

/** A new rollout is to be told of everywhere. */
export async function openProjections(trx: Transaction<Tables>, rollout: string): Promise<void> {
  await trx
    .insertInto('houston.projection')
    .columns(['rollout', 'surface'])
    .expression(trx.selectFrom('houston.surface').select([sql.lit(rollout).as('rollout'), 'name']))
    .execute()
}

async function serve(db: Kysely<Tables>, surfaces: readonly string[]): Promise<void> {
  if (surfaces.length === 0) return
  const rows = surfaces.map((name) => ({ name }))
  await db
    .insertInto('houston.surface')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** More are looked for when these are done. */
const PENDING_AT_ONCE = 500

/** A change of phase does not wait for a time that was set while the phase was another. */
async function listPending(db: Kysely<Tables>): Promise<{ rollout: string; surface: string }[]> {
  return await db
    .selectFrom('houston.projection as p')
    .innerJoin('houston.rollout as r', 'r.id', 'p.rollout')
    .select(['p.rollout', 'p.surface'])
    .where('p.settled', '=', false)
    .where(({ or, and, eb, ref }) => {
      const turned = eb('p.phase', '<>', ref('r.phase'))
      return or([
        turned,
        and([
          eb('p.due_at', '<=', STATEMENT_NOW),
          or([eb('p.unfinished', '=', true), eb('p.seq', '<>', ref('r.trail_seq'))]),
        ]),
      ])
    })
    .orderBy('p.due_at')
    .limit(PENDING_AT_ONCE)
    .execute()
}

async function open(db: Database, rollout: string, surface: string): Promise<OpenProjection | undefined> {
  const row = await db.read((kysely) =>
    kysely
      .updateTable('houston.projection')
      .set({ epoch: sql<number>`epoch + 1` })
      .where('rollout', '=', rollout)
      .where('surface', '=', surface)
      .returning(['epoch', 'attempts'])
      .executeTakeFirst(),
  )
  if (!row) return undefined
  const objects = await db.read((kysely) => readObjects(kysely, rollout, surface))
  return { hold: { rollout, surface, epoch: row.epoch }, attempts: row.attempts, objects }
}

async function readObjects(db: Kysely<Tables>, rollout: string, surface: string): Promise<Projected[]> {
  const rows = await db
    .selectFrom('houston.projected')
    .selectAll()
    .where('rollout', '=', rollout)
    .where('surface', '=', surface)
    .orderBy('key')
    .execute()
  return rows.map(toObject)
}

/** The projection's row is held until the object is written, so nobody opens it in between. */
async function note(db: Kysely<Tables>, hold: ProjectionHold, object: Projected): Promise<'noted' | 'stale'> {
  const { rollout, surface, epoch } = hold
  const refusal = object.refusal ? toJson(object.refusal) : null
  const written = await sql`insert into houston.projected
      (rollout, surface, key, life, creating, outside_id, digest, refusal, lost, noted_at)
    select p.rollout, p.surface, ${toText(object.key)}::text, ${object.life}::integer, ${object.creating?.digest ?? null}::text,
        ${object.outsideId === undefined ? null : toText(object.outsideId)}::text, ${object.digest ?? null}::text,
        ${refusal}::json, ${object.lost}::integer, ${NOW}
      from houston.projection p
      where p.rollout = ${rollout} and p.surface = ${surface} and p.epoch = ${epoch} for share
    on conflict (rollout, surface, key) do update set life = excluded.life, creating = excluded.creating,
      outside_id = excluded.outside_id, digest = excluded.digest, refusal = excluded.refusal, lost = excluded.lost,
      noted_at = excluded.noted_at
    returning key`.execute(db)
  return written.rows.length > 0 ? 'noted' : 'stale'
}

/** Locks first and looks then: a letter that was posted in between is seen, or waits and reopens the projection itself. */
async function settle(trx: Transaction<Tables>, hold: ProjectionHold, end: PassEnd): Promise<'noted' | 'stale'> {
  const mine = await trx
    .selectFrom('houston.projection')
    .select('epoch')
    .where('rollout', '=', hold.rollout)
    .where('surface', '=', hold.surface)
    .where('epoch', '=', hold.epoch)
    .forUpdate()
    .executeTakeFirst()
  if (!mine) return 'stale'
  await trx
    .updateTable('houston.projection')
    .set({
      ...{ seq: end.seq, phase: end.phase, attempts: end.attempts, unfinished: end.left },
      due_at: sql<number>`${NOW} + ${Math.ceil(end.afterMs)}::bigint`,
      behind_at: end.left ? sql<number>`coalesce(behind_at, ${NOW})` : null,
      settled: !end.left && hasEnded(end.phase) && (await isAtRest(trx, hold.rollout, end)),
    })
    .where('rollout', '=', hold.rollout)
    .where('surface', '=', hold.surface)
    .execute()
  return 'noted'
}

async function isAtRest(trx: Transaction<Tables>, rollout: string, { seq, phase }: PassEnd): Promise<boolean> {
  const letter = trx
    .selectFrom('houston.mailbox')
    .select('id')
    .where('rollout', '=', rollout)
    .where('answer', 'is', null)
  const row = await trx
    .selectFrom('houston.rollout')
    .select('id')
    .where('id', '=', rollout)
    .where('trail_seq', '=', seq)
    .where('phase', '=', phase)
    .where(({ not, exists }) => not(exists(letter)))
    .executeTakeFirst()
  return row !== undefined
}

function toObject(row: Selectable<Tables['houston.projected']>): Projected {
  return {
    ...{ key: row.key, life: row.life, lost: row.lost },
    ...(row.creating !== null && { creating: { digest: row.creating } }),
    ...(row.outside_id !== null && { outsideId: row.outside_id }),
    ...(row.digest !== null && { digest: row.digest }),
    ...(row.refusal !== null && { refusal: row.refusal }),
  }
}

// Ends a rollout because another takes its place. Its epoch rises, so that whoever drives it can write no more.

import type { Transaction } from 'kysely'
import { hasEnded, type RolloutCursor } from '../../core/rollout.ts'
import type { HostRecord } from '../../engine/ports.ts'
import type { Database } from './database.ts'
import { toJson } from './json.ts'
import { nextEpoch } from './next-epoch.ts'
import { readPlan } from './plan-text.ts'
import { writeRecords } from './record-rows.ts'
import type { Tables } from './tables.ts'

/** One that has ended keeps its phase; its driver, if there still is one, is fenced off all the same. */
export async function supersedeRollout(db: Database, rollout: string, at: number): Promise<void> {
  await db.transaction(async (trx) => {
    // Before the rollout's row, as everywhere: one order of locks, no deadlock.
    const epoch = await nextEpoch(trx)
    const found = await trx
      .updateTable('houston.rollout')
      .set({ epoch })
      .where('id', '=', rollout)
      .returning(['id', 'cursor'])
      .executeTakeFirst()
    if (found && !hasEnded(found.cursor.phase)) await endAsSuperseded(trx, found, at)
  })
}

/** The caller holds the epoch counter's lock and the row's. */
export async function endAsSuperseded(
  trx: Transaction<Tables>,
  rollout: { id: string; cursor: RolloutCursor },
  at: number,
): Promise<void> {
  const cursor: RolloutCursor = { ...rollout.cursor, phase: 'superseded' }
  await trx
    .updateTable('houston.rollout')
    .set({ cursor: toJson(cursor), phase: cursor.phase, finished_at: at, epoch: await nextEpoch(trx) })
    .where('id', '=', rollout.id)
    .execute()
  await loseSight(trx, rollout.id, at)
}

/** What it had in flight is unknown: nobody who knew how it ends may write any more. */
async function loseSight(trx: Transaction<Tables>, rollout: string, at: number): Promise<void> {
  const running = await trx
    .selectFrom('houston.rollout_host')
    .select('host')
    .where('rollout', '=', rollout)
    .where('phase', '=', 'running')
    .execute()
  if (running.length === 0) return
  const { work, hosts, zones } = await readPlan(trx, rollout)
  const records = running.flatMap(({ host }): HostRecord[] => {
    const planned = hosts[host]
    const zone = planned && zones[planned.zone]?.name
    return planned ? [{ name: planned.host.name, zone: zone ?? '', health: 'unknown', rollout, at }] : []
  })
  await writeRecords(trx, work, records)
}

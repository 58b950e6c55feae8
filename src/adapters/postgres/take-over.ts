// Makes the caller a rollout's only writer and reads all of it.

import type { HostState } from '../../core/rollout.ts'
import type { RolloutRecord } from '../../engine/ports.ts'
import type { Database } from './database.ts'
import { readHosts } from './host-rows.ts'
import { nextEpoch } from './next-epoch.ts'
import { readPlan } from './plan-text.ts'
import { SUMMARY_COLUMNS, toSummary } from './rollout-row.ts'

/** Once the epoch is raised nobody else writes, so the rest is read outside the transaction, which stays short. */
export async function takeOver(
  db: Database,
  rollout: string,
): Promise<{ record: RolloutRecord; hosts: HostState[] } | undefined> {
  const row = await db.transaction(async (trx) =>
    trx
      .updateTable('houston.rollout')
      .set({ epoch: await nextEpoch(trx) })
      .where('id', '=', rollout)
      .returning([...SUMMARY_COLUMNS, 'hosts', 'trail_seq', 'trail_hash'])
      .executeTakeFirst(),
  )
  if (!row) return undefined
  const plan = await db.read((kysely) => readPlan(kysely, rollout))
  const hosts = await db.read((kysely) => readHosts(kysely, rollout, row.hosts))
  return { record: { ...toSummary(row), plan, trail: { seq: row.trail_seq, hash: row.trail_hash } }, hosts }
}

// Epochs: each greater than any given before, by any rollout. At least the database's clock, so that they grow after a lost store too.

import { sql, type Transaction } from 'kysely'
import type { Tables } from './tables.ts'

/** Locks the counter until the transaction ends, so epochs are given in the order in which they are committed. */
export async function nextEpoch(trx: Transaction<Tables>): Promise<number> {
  const { value } = await trx
    .updateTable('houston.epoch')
    .set({ value: sql<number>`greatest(value + 1, floor(extract(epoch from clock_timestamp()) * 1000)::bigint)` })
    .returning('value')
    .executeTakeFirstOrThrow()
  return value
}

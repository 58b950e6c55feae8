// The locks of environments as rows, one each. Whoever decides by them holds the row until the transaction ends: no lock is
// taken between a check and the start of a rollout.

import { type Kysely, sql, type Transaction } from 'kysely'
import { auditOfLock } from '../../core/audit.ts'
import {
  decideLock,
  expireLocks,
  type KeptLocks,
  type Lock,
  type LockOutcome,
  type LockWish,
  lockInTheWay,
  locksAfterStart,
  shownLocks,
  UNLOCKED,
} from '../../core/lock.ts'
import type { NewRollout } from '../../engine/ports.ts'
import type { LockStore, Place } from '../../engine/ports-locks.ts'
import { appendAudit } from './audit-rows.ts'
import type { Database } from './database.ts'
import { NOW } from './database-time.ts'
import { toJson, toText } from './json.ts'
import type { Tables } from './tables.ts'

export async function changeLock(db: Database, place: Place, wish: LockWish): Promise<LockOutcome> {
  return await db.transaction(async (trx) => {
    const { locks, now } = await holdLocks(trx, place)
    const decided = decideLock(locks, wish, now)
    if (decided.repeated) return decided.outcome
    await writeLocks(trx, place, decided.locks)
    await appendAudit(trx, [auditOfLock(place, wish, decided.outcome)])
    return decided.outcome
  })
}

export async function readLocks(db: Kysely<Tables>, place: Place): ReturnType<LockStore['locks']> {
  const row = db.selectFrom('houston.environment_lock').where((eb) => eb.and(keyOf(place)))
  const { locks, now } = await db
    .selectNoFrom([row.select('locks').as('locks'), NOW.as('now')])
    .executeTakeFirstOrThrow()
  return { locks: shownLocks(locks ?? UNLOCKED, now), now }
}

/** Lets a rollout start, with what that changes about the locks, or says which lock is in its way; nothing is written then. */
export async function passLocks(
  trx: Transaction<Tables>,
  rollout: NewRollout,
): Promise<{ lock: Lock; now: number } | undefined> {
  const { kind, requestedBy: by, automatic = false, reason } = rollout
  const act = { kind, by, automatic, ...(reason !== undefined && { reason }) }
  const { locks, now } = await holdLocks(trx, rollout)
  const lock = lockInTheWay(locks, act)
  if (lock) return { lock, now }
  await writeLocks(trx, rollout, locksAfterStart(locks, act, now))
  return undefined
}

/** One statement that makes the row, waits for it, and reads the clock once it is held; the clock never goes back. */
async function holdLocks(trx: Transaction<Tables>, place: Place): Promise<{ locks: KeptLocks; now: number }> {
  const { locks, now } = await trx
    .insertInto('houston.environment_lock')
    .values({ ...keyOf(place), locks: toJson(UNLOCKED), seen_at: NOW })
    .onConflict((conflict) =>
      conflict
        .columns(['application', 'environment'])
        .doUpdateSet({ seen_at: sql<number>`greatest(houston.environment_lock.seen_at, ${NOW})` }),
    )
    .returning(['locks', 'seen_at as now'])
    .executeTakeFirstOrThrow()
  return { locks: expireLocks(locks, now), now }
}

async function writeLocks(trx: Transaction<Tables>, place: Place, locks: KeptLocks): Promise<void> {
  await trx
    .updateTable('houston.environment_lock')
    .set({ locks: toJson(locks) })
    .where((eb) => eb.and(keyOf(place)))
    .execute()
}

function keyOf({ application, environment }: Place): Place {
  return { application: toText(application), environment: toText(environment) }
}

// Inserts a rollout, if its environment is free: the partial unique index decides, whatever else happens at the same time.

import { sql, type Transaction } from 'kysely'
import { auditOfRollout } from '../../core/audit.ts'
import type { Lock } from '../../core/lock.ts'
import { ENDED, hasEnded, isReplaced, REPLACED, type RolloutPhase } from '../../core/rollout.ts'
import type { NewRollout, Store, TrailEntry } from '../../engine/ports.ts'
import { appendAudit } from './audit-rows.ts'
import type { Database } from './database.ts'
import { violates } from './errors.ts'
import { passLocks } from './lock-rows.ts'
import { nextEpoch } from './next-epoch.ts'
import { writePlan } from './plan-text.ts'
import { openProjections } from './projection-rows.ts'
import { findCausedBy, newestOf, versionOf } from './rollout-reads.ts'
import { toRow } from './rollout-row.ts'
import { endAsSuperseded } from './supersede-rollout.ts'
import type { Tables } from './tables.ts'
import { appendTrail } from './trail-rows.ts'

type Outcome = Awaited<ReturnType<Store['create']>>

const ATTEMPTS = 10

/** Undoes the transaction of an attempt that found the environment taken. */
class Taken extends Error {}

/** Undoes the transaction of an attempt whose plan is no longer true. */
class Moved extends Error {}

/** Undoes the transaction of an attempt that a lock stops. */
class Locked extends Error {
  readonly by: { lock: Lock; now: number }
  constructor(by: { lock: Lock; now: number }) {
    super('a lock is in the way')
    this.by = by
  }
}

export async function createRollout(db: Database, rollout: NewRollout, trail: readonly TrailEntry[]): Promise<Outcome> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const repeated = await causedBy(db, rollout.intent)
    if (repeated !== undefined) return { kind: 'repeated', rollout: repeated }
    const outcome = await tryInsert(db, rollout, trail)
    if (outcome) return outcome
    const busy = await inTheWay(db, rollout)
    // Otherwise it has ended, or halted, since, or is what the same intent caused at the same time: try again.
    const own = busy !== undefined && busy === (await causedBy(db, rollout.intent))
    if (busy !== undefined && !own) return { kind: 'busy', rollout: busy }
  }
  throw new Error(`${rollout.application}/${rollout.environment} is taken, and no rollout is in the way`)
}

/** `undefined`: something is in the way that may be gone by now. */
async function tryInsert(
  db: Database,
  rollout: NewRollout,
  trail: readonly TrailEntry[],
): Promise<Outcome | undefined> {
  try {
    await db.transaction((trx) => insert(trx, rollout, trail))
    return { kind: 'created' }
  } catch (error) {
    if (error instanceof Moved) return { kind: 'moved' }
    if (error instanceof Locked) return { kind: 'locked', ...error.by }
    if (error instanceof Taken || violates(error, 'rollout_by_intent')) return undefined
    throw error
  }
}

async function insert(trx: Transaction<Tables>, rollout: NewRollout, trail: readonly TrailEntry[]): Promise<void> {
  const epoch = await nextEpoch(trx)
  const locked = await passLocks(trx, rollout)
  if (locked) throw new Locked(locked)
  const newest = await newestOf(trx, rollout).forUpdate().executeTakeFirst()
  if (rollout.version !== undefined && rollout.version !== versionOf(newest))
    throw newest && isInTheWay(newest.phase) ? new Taken() : new Moved()
  await supersedeResting(trx, rollout)
  // The newest is the one created last, whatever the clocks say.
  const createdAt = Math.max(rollout.createdAt, (newest?.created_at ?? 0) + 1)
  const inserted = await trx
    .insertInto('houston.rollout')
    .values(toRow({ ...rollout, createdAt }, epoch))
    .onConflict((conflict) =>
      conflict
        .columns(['application', 'environment'])
        .where(sql<boolean>`phase not in ('succeeded', 'failed', 'aborted', 'superseded')`)
        .doNothing(),
    )
    .returning('id')
    .executeTakeFirst()
  if (!inserted) throw new Taken()
  await writePlan(trx, rollout.id, rollout.plan)
  await appendTrail(trx, rollout.id, trail)
  await openProjections(trx, rollout.id)
  await appendAudit(trx, [auditOfRollout(rollout)])
}

function isInTheWay(phase: RolloutPhase): boolean {
  return !hasEnded(phase) && !isReplaced(phase)
}

async function causedBy(db: Database, intent: string | undefined): Promise<string | undefined> {
  return intent === undefined ? undefined : await db.read((kysely) => findCausedBy(kysely, intent))
}

async function supersedeResting(trx: Transaction<Tables>, rollout: NewRollout): Promise<void> {
  const resting = await trx
    .selectFrom('houston.rollout')
    .select(['id', 'cursor'])
    .where('application', '=', rollout.application)
    .where('environment', '=', rollout.environment)
    .where('phase', 'in', REPLACED)
    .forUpdate()
    .executeTakeFirst()
  if (resting) await endAsSuperseded(trx, resting, rollout.createdAt)
}

async function inTheWay(db: Database, { application, environment }: NewRollout): Promise<string | undefined> {
  const row = await db.read((kysely) =>
    kysely
      .selectFrom('houston.rollout')
      .select('id')
      .where('application', '=', application)
      .where('environment', '=', environment)
      .where('phase', 'not in', [...ENDED, ...REPLACED])
      .executeTakeFirst(),
  )
  return row?.id
}

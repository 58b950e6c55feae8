// Writes one batch of a rollout's driver: one transaction, fenced by its first statement. Changes everything or nothing.

import type { Transaction } from 'kysely'
import { hasEnded } from '../../core/rollout.ts'
import type { Commit, Store } from '../../engine/ports.ts'
import type { Database } from './database.ts'
import { violates } from './errors.ts'
import { writeHosts, writeLogs } from './host-rows.ts'
import { toJson } from './json.ts'
import { writeLeadTimes } from './lead-time-rows.ts'
import { writeAnswers } from './mailbox-rows.ts'
import { type Place, writeRecords } from './record-rows.ts'
import { writeReleases } from './release-rows.ts'
import { newestOf } from './rollout-reads.ts'
import type { Tables } from './tables.ts'
import { appendTrail } from './trail-rows.ts'
import { startTurn } from './turn.ts'

type Outcome = Awaited<ReturnType<Store['commit']>>

/** Undoes what an ended rollout wanted to write that was to go on. */
class Older extends Error {}

/** `busy`: an ended rollout was to go on, and the environment has a newer one by now. */
export async function writeCommit(db: Database, commit: Commit): Promise<Outcome> {
  try {
    return await db.transaction((trx) => write(trx, commit))
  } catch (error) {
    if (error instanceof Older || violates(error, 'rollout_one_active')) return 'busy'
    throw error
  }
}

async function write(trx: Transaction<Tables>, commit: Commit): Promise<Outcome> {
  startTurn()
  const place = await fence(trx, commit)
  if (!place) return 'stale'
  if (await isOlder(trx, commit, place)) throw new Older()
  await writeHosts(trx, commit.rollout, commit.hosts)
  await appendTrail(trx, commit.rollout, commit.trail)
  await writeLogs(trx, commit.rollout, commit.logs)
  await writeRecords(trx, place, commit.records)
  await writeReleases(trx, place, commit.releases)
  if (commit.cursor.phase === 'succeeded') await writeLeadTimes(trx, commit.rollout)
  await writeAnswers(trx, place, commit.answers)
  return 'committed'
}

/** Only a person can make an ended rollout go on, so a commit without answers need not look. */
async function isOlder(trx: Transaction<Tables>, commit: Commit, place: Place): Promise<boolean> {
  const goesOn = !hasEnded(commit.cursor.phase) || commit.hosts.length > 0
  if (commit.answers.length === 0 || !goesOn) return false
  const newest = await newestOf(trx, place).executeTakeFirst()
  return newest?.id !== commit.rollout
}

/** Holds the rollout's row until the end of the transaction, so no take-over comes in between. */
async function fence(trx: Transaction<Tables>, commit: Commit): Promise<Place | undefined> {
  const last = commit.trail.at(-1)
  return await trx
    .updateTable('houston.rollout')
    .set({
      cursor: toJson(commit.cursor),
      phase: commit.cursor.phase,
      finished_at: commit.finishedAt ?? null,
      ...(last && { trail_seq: last.seq, trail_hash: last.hash }),
    })
    .where('id', '=', commit.rollout)
    .where('epoch', '=', commit.epoch)
    .returning(['application', 'environment'])
    .executeTakeFirst()
}

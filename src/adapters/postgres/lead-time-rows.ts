// Lead times as rows: written in the commit that ends a rollout well, so that they are there with its end or not at all.

import type { Kysely, Transaction } from 'kysely'
import { type LeadTime, leadTimes } from '../../core/lead-time.ts'
import type { Store } from '../../engine/ports.ts'
import { toText } from './json.ts'
import type { Tables } from './tables.ts'

/** Written again when a rollout ends again, after a retry. */
export async function writeLeadTimes(trx: Transaction<Tables>, rollout: string): Promise<void> {
  const { origin, ...row } = await trx
    .selectFrom('houston.rollout')
    .select(['id', 'kind', 'origin', 'created_at as createdAt', 'application', 'environment'])
    .where('id', '=', rollout)
    .executeTakeFirstOrThrow()
  if (!origin?.commits) return
  const { firstAt, lastAt } = await trx
    .selectFrom('houston.rollout_host')
    .select(({ fn }) => [fn.min('finished_at').as('firstAt'), fn.max('finished_at').as('lastAt')])
    .where('rollout', '=', rollout)
    .where('phase', '=', 'succeeded')
    .executeTakeFirstOrThrow()
  if (firstAt === null || lastAt === null) return
  const times = leadTimes({ ...row, origin }, { firstAt: Number(firstAt), lastAt: Number(lastAt) })
  if (times.length === 0) return
  await trx
    .insertInto('houston.lead_time')
    .values(times.map((time) => toRow(time, row)))
    .onConflict((conflict) =>
      conflict.columns(['rollout', 'commit_sha']).doUpdateSet(({ ref }) => ({
        first_host_at: ref('excluded.first_host_at'),
        last_host_at: ref('excluded.last_host_at'),
      })),
    )
    .execute()
}

export async function readLeadTimes(
  db: Kysely<Tables>,
  { application, environment, limit }: Parameters<Store['leadTimes']>[0],
): ReturnType<Store['leadTimes']> {
  const rows = await db
    .selectFrom('houston.lead_time')
    .selectAll()
    .where('application', '=', application)
    .where('environment', '=', environment)
    .orderBy('queued_at', 'desc')
    .orderBy('commit_sha')
    .limit(limit)
    .execute()
  return rows.map(toLeadTime)
}

function toRow(time: LeadTime, place: { application: string; environment: string }): Tables['houston.lead_time'] {
  return {
    ...{ rollout: time.rollout, commit_sha: toText(time.commit) },
    ...{ application: place.application, environment: place.environment },
    ...{ committed_at: time.committedAt ?? null, merged_at: time.mergedAt ?? null },
    ...{ queued_at: time.queuedAt, first_host_at: time.firstHostAt, last_host_at: time.lastHostAt },
  }
}

function toLeadTime(row: Tables['houston.lead_time']): LeadTime {
  return {
    ...{ rollout: row.rollout, commit: row.commit_sha },
    ...(row.committed_at !== null && { committedAt: row.committed_at }),
    ...(row.merged_at !== null && { mergedAt: row.merged_at }),
    ...{ queuedAt: row.queued_at, firstHostAt: row.first_host_at, lastHostAt: row.last_host_at },
  }
}

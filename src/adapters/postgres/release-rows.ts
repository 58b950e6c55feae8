// What each host ran, from when to when, as rows. A host runs one release at a time: opening an interval ends the open one.

import { type Kysely, type Selectable, sql, type Transaction } from 'kysely'
import type { HostWork } from '../../core/recipe.ts'
import type { Commit, HostRelease, Store } from '../../engine/ports.ts'
import { HAS_BEGUN } from './begun-rows.ts'
import { chunksOf, lastByKey, ROWS_A_STATEMENT, toJson, toText } from './json.ts'
import type { Place } from './record-rows.ts'
import type { HostReleaseTable, Tables } from './tables.ts'

/** Shorter than this, only a whole release id is looked for. */
const PREFIX_MIN = 4
/** A few letters may be the beginning of every release of a large fleet. */
const MOST_FOUND = 100_000

export async function writeReleases(
  trx: Transaction<Tables>,
  place: Place,
  { closed, opened }: Commit['releases'],
): Promise<void> {
  const rows = lastByKey(opened, (release) => release.name)
  const replaced = rows.map(({ name, from }) => ({ name, at: from }))
  await closeOpen(
    trx,
    place,
    lastByKey([...replaced, ...closed], ({ name }) => name),
  )
  for await (const chunk of chunksOf(rows, ROWS_A_STATEMENT)) {
    await sql`insert into houston.host_release
        (application, environment, name, zone, release, rollout, from_at, to_at)
      select ${place.application}, ${place.environment}, x.* from json_to_recordset(${toJson(chunk)}::json)
        as x(name text, zone text, release text, rollout text, "from" bigint, "to" bigint)`.execute(trx)
  }
}

/** The embedded store gathers no statistics. The lateral limit keeps its planner at one index look-up a name. */
async function closeOpen(
  trx: Transaction<Tables>,
  place: Place,
  closed: readonly { name: string; at: number }[],
): Promise<void> {
  for await (const chunk of chunksOf(closed, ROWS_A_STATEMENT)) {
    await sql`update houston.host_release as r set to_at = greatest(r.from_at, x.at)
      from json_to_recordset(${toJson(chunk)}::json) as x(name text, at bigint),
        lateral (select o.id from houston.host_release as o where o.application = ${place.application}
          and o.environment = ${place.environment} and o.name = x.name and o.to_at is null limit 1) as found
      where r.id = found.id`.execute(trx)
  }
}

/** By begin, then by name. */
export async function readReleases(
  db: Kysely<Tables>,
  place: Place,
  range?: { from: number; to: number },
): Promise<HostRelease[]> {
  let query = releasesAt(db, place)
  if (range) {
    query = query
      .where('from_at', '<=', range.to)
      .where(({ or, eb }) => or([eb('to_at', 'is', null), eb('to_at', '>=', range.from)]))
  }
  const rows = await query.orderBy('from_at').orderBy('name').orderBy('id').execute()
  return rows.map(toRelease)
}

/** The newest first. */
export async function readRan(
  db: Kysely<Tables>,
  { name, limit, ...place }: Parameters<Store['ran']>[0],
): Promise<HostRelease[]> {
  const ran = releasesAt(db, place).where('name', '=', toText(name))
  const rows = await ran.orderBy('from_at', 'desc').orderBy('id', 'desc').limit(limit).execute()
  return rows.map(toRelease)
}

function releasesAt(db: Kysely<Tables>, { application, environment }: Place) {
  return (
    db
      .selectFrom('houston.host_release')
      .selectAll()
      .where('application', '=', application)
      .where('environment', '=', environment)
      // By the rollouts, because only they are indexed: see the migration.
      .where('rollout', 'in', (rollouts) =>
        rollouts
          .selectFrom('houston.rollout')
          .select('houston.rollout.id')
          .where('houston.rollout.application', '=', application)
          .where('houston.rollout.environment', '=', environment),
      )
  )
}

/** `starts_with` takes its prefix as it is: nothing to escape. */
export async function findRelease(
  db: Kysely<Tables>,
  release: string,
  most = MOST_FOUND,
): Promise<(HostRelease & Place)[]> {
  const prefix = toText(release)
  const rows = await sql<Selectable<HostReleaseTable>>`
    select * from (select r.* from houston.host_release as r
    where r.release = ${prefix} or (length(${prefix}) >= ${PREFIX_MIN} and (starts_with(r.release, ${prefix})
      or (r.application, r.release) in (select application, release_id from houston.rollout
        where starts_with(commit_sha, lower(${prefix})))))
      order by r.from_at desc, r.id desc limit ${most}) as found
    order by application, environment, from_at, name, id`.execute(db)
  return rows.rows.map((row) => ({ ...toRelease(row), application: row.application, environment: row.environment }))
}

export async function readWork(db: Kysely<Tables>, place: Place, release: string): Promise<HostWork | undefined> {
  const row = await db
    .selectFrom('houston.rollout')
    .select('work')
    .where('application', '=', place.application)
    .where('environment', '=', place.environment)
    .where('release_id', '=', release)
    .where(HAS_BEGUN)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.work
}

function toRelease(row: Selectable<HostReleaseTable>): HostRelease {
  const { name, zone, release, rollout } = row
  return { name, zone, release, rollout, from: row.from_at, ...(row.to_at !== null && { to: row.to_at }) }
}

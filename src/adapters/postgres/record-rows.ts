// The last known truth of an environment's hosts, as rows.

import { type Kysely, sql, type Transaction } from 'kysely'
import type { HostKnowledge, LastKnown } from '../../core/fleet.ts'
import type { HostRecord } from '../../engine/ports.ts'
import { chunksOf, lastByKey, ROWS_A_STATEMENT, toJson } from './json.ts'
import type { Tables } from './tables.ts'

/** An environment of an application. */
export type Place = { application: string; environment: string }

export async function writeRecords(
  trx: Transaction<Tables>,
  place: Place,
  records: readonly HostRecord[],
): Promise<void> {
  const rows = lastByKey(records, (record) => record.name)
  for await (const chunk of chunksOf(rows, ROWS_A_STATEMENT)) {
    await sql`insert into houston.host_record
        (application, environment, name, zone, health, release, rollout, at)
      select ${place.application}, ${place.environment}, x.* from json_to_recordset(${toJson(chunk)}::json)
        as x(name text, zone text, health text, release text, rollout text, at bigint)
      on conflict (application, environment, name) do update set zone = excluded.zone, health = excluded.health,
        release = excluded.release, rollout = excluded.rollout, at = excluded.at`.execute(trx)
  }
}

/** By host name. */
export async function readRecords(db: Kysely<Tables>, place: Place): Promise<HostRecord[]> {
  const rows = await db
    .selectFrom('houston.host_record')
    .select(['name', 'zone', 'health', 'release', 'rollout', 'at'])
    .where('application', '=', place.application)
    .where('environment', '=', place.environment)
    .orderBy('name')
    .execute()
  return rows.map(({ release, ...record }) => ({ ...record, ...(release !== null && { release }) }))
}

export async function readLastKnown(db: Kysely<Tables>, place: Place): Promise<LastKnown> {
  const rows = await db
    .selectFrom('houston.host_record')
    .select(['name', 'health', 'release'])
    .where('application', '=', place.application)
    .where('environment', '=', place.environment)
    .execute()
  return new Map(
    rows.map(({ name, health, release }): [string, HostKnowledge] => [
      name,
      { health, ...(release !== null && { release }) },
    ]),
  )
}

// The audit trail's rows. The engine chains them by hash; here they are only appended and read, to the byte.

import { type Kysely, sql, type Transaction } from 'kysely'
import type { TrailEntry } from '../../engine/ports.ts'
import { chunksOf, ROWS_A_STATEMENT, toJson } from './json.ts'
import type { Tables } from './tables.ts'

export async function appendTrail(
  trx: Transaction<Tables>,
  rollout: string,
  trail: readonly TrailEntry[],
): Promise<void> {
  for await (const chunk of chunksOf(trail, ROWS_A_STATEMENT)) {
    const rows = toJson(chunk.map((entry) => ({ ...entry, body: JSON.stringify(entry.body) ?? 'null' })))
    await sql`insert into houston.rollout_event (rollout, seq, at, kind, body, previous, hash)
      select ${rollout}, x.* from json_to_recordset(${rows}::json)
        as x(seq integer, at bigint, kind text, body text, previous text, hash text)`.execute(trx)
  }
}

export async function readTrail(
  db: Kysely<Tables>,
  rollout: string,
  part?: { after: number; limit: number },
): Promise<TrailEntry[]> {
  const all = db
    .selectFrom('houston.rollout_event')
    .select(['seq', 'at', 'kind', 'body', 'previous', 'hash'])
    .where('rollout', '=', rollout)
    .orderBy('seq')
  const rows = await (part ? all.where('seq', '>', part.after).limit(part.limit) : all).execute()
  return rows.map(({ body, ...entry }) => ({ ...entry, body: JSON.parse(body) }))
}

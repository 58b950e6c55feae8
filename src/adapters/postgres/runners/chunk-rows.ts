// The runner's side of the tables: takes chunks, keeps them, writes what hosts said. Every write says which take it belongs
// to, so a runner that lost its chunk writes nothing.

import { type Kysely, sql } from 'kysely'
import type { Claim } from '../../../engine/ports.ts'
import type { Database } from '../database.ts'
import { chunksOf, toJson } from '../json.ts'
import type { Tables } from '../tables.ts'
import type { ChunkState, Message, TakenChunk } from './chunk.ts'

/** A session whose driver was not seen for so long gets nothing begun: another driver is about to open its own. */
const DRIVER_SEEN_SECONDS = 15
/** A chunk whose runner was silent for so long may be in nobody's hands. */
const SILENT_SECONDS = 5
/** UTF-16 units of messages in one row. */
const UNITS_A_ROW = 512 * 1024

/** `s` is a session: its rollout goes on, and no newer driver has it. Rollouts that the store does not know are believed. */
const ALIVE = sql`not exists (select from houston.rollout r where r.id = s.rollout
  and (r.epoch > s.epoch or r.phase in ('succeeded', 'failed', 'aborted', 'superseded')))`

const OPEN = sql`c.remaining > 0 and c.state in ('open', 'withdrawn')`

/** Chunks of this runner's name that nobody seems to hold. */
export async function listChunks(db: Kysely<Tables>, runner: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select c.id from houston.runner_chunk c
    join houston.runner_session s on s.id = c.session
    where c.runner = ${runner} and ${OPEN} and ${ALIVE}
      and s.seen_at > clock_timestamp() - make_interval(secs => ${DRIVER_SEEN_SECONDS})
      and (c.takes = 0 or c.beat_at < clock_timestamp() - make_interval(secs => ${SILENT_SECONDS}))`.execute(db)
  return rows.map(({ id }) => id)
}

/** `undefined`: it was taken back, given up, has ended, or its driver is gone. */
export async function takeChunk(db: Kysely<Tables>, id: string): Promise<TakenChunk | undefined> {
  const { rows } = await sql<TakenChunk>`update houston.runner_chunk c
    set takes = c.takes + 1, beat_at = clock_timestamp()
    from houston.runner_session s
    where c.id = ${id} and s.id = c.session and ${OPEN} and ${ALIVE}
      and s.seen_at > clock_timestamp() - make_interval(secs => ${DRIVER_SEEN_SECONDS})
    returning c.id, c.session, c.takes, c.hosts, c.claims, c.state, s.rollout, s.epoch, s.task`.execute(db)
  return rows[0]
}

/** Beats the hearts of these chunks, and answers those that are still ours. */
export async function keepChunks(
  db: Kysely<Tables>,
  held: readonly { id: string; takes: number }[],
): Promise<Map<string, ChunkState>> {
  const { rows } = await sql<{ id: string; state: ChunkState }>`update houston.runner_chunk c
    set beat_at = clock_timestamp()
    from json_to_recordset(${toJson(held)}::json) as x(id text, takes integer), houston.runner_session s
    where c.id = x.id and c.takes = x.takes and s.id = c.session and ${OPEN} and ${ALIVE}
    returning c.id, c.state`.execute(db)
  return new Map(rows.map(({ id, state }) => [id, state]))
}

/** The messages, and what is left to do after them, in one transaction. False: the chunk is no longer ours, nothing was written. */
export async function writeMessages(
  db: Database,
  chunk: { id: string; session: string; takes: number },
  { messages, left }: { messages: readonly Message[]; left: readonly Claim[] },
): Promise<boolean> {
  return await db.transaction(async (trx) => {
    // The session first, as whoever ends it: the other order could wait for each other.
    await sql`select from houston.runner_session where id = ${chunk.session} for key share`.execute(trx)
    const { numAffectedRows } = await sql`update houston.runner_chunk c
      set claims = ${toJson(left)}, remaining = ${left.length}, beat_at = clock_timestamp()
      where c.id = ${chunk.id} and c.takes = ${chunk.takes} and ${OPEN}`.execute(trx)
    if (!numAffectedRows) return false
    for await (const row of chunksOf(messages, UNITS_A_ROW, weigh))
      await sql`insert into houston.runner_message (session, messages)
        values (${chunk.session}, ${toJson(row)})`.execute(trx)
    return true
  })
}

function weigh(message: Message): number {
  const log = 'log' in message ? message.log : undefined
  return 200 + (log ? log.head.length + log.tail.length : 0)
}

// The driver's side of the tables: offers chunks, takes them back, gives them up, reads what hosts said. Every statement may
// be repeated: its answer can be lost with a connection.

import { type Kysely, sql } from 'kysely'
import type { Database } from '../database.ts'
import { toJson } from '../json.ts'
import type { Tables } from '../tables.ts'
import type { Message, NewChunk, Task } from './chunk.ts'

export type SessionRow = { id: string; rollout: string; epoch: number; task: Task }

const MESSAGES_A_READ = 100

/** Sessions of drivers that are no more go with the first row of their successor, or after a day. */
export async function offerChunks(db: Database, session: SessionRow, chunks: readonly NewChunk[]): Promise<void> {
  const { id, rollout, epoch, task } = session
  const rows = chunks.map((chunk) => ({ ...chunk, remaining: chunk.claims.length }))
  await db.transaction(async (trx) => {
    await sql`delete from houston.runner_session where (rollout = ${rollout} and epoch < ${epoch})
      or seen_at < clock_timestamp() - interval '1 day'`.execute(trx)
    await sql`insert into houston.runner_session (id, rollout, epoch, task)
      values (${id}, ${rollout}, ${epoch}, ${toJson(task)}) on conflict (id) do nothing`.execute(trx)
    await sql`insert into houston.runner_chunk (id, session, runner, hosts, claims, remaining)
      select x.id, ${id}, x.runner, x.hosts, x.claims, x.remaining from json_to_recordset(${toJson(rows)}::json)
        as x(id text, runner text, hosts json, claims json, remaining integer)
      on conflict (id) do nothing`.execute(trx)
  })
}

/** Nothing more begins. Answers the chunks that no runner ever took: nothing of them ever will. */
export async function withdrawChunks(db: Database, session: string): Promise<string[]> {
  return await db.transaction(async (trx) => {
    await sql`update houston.runner_chunk set state = case when takes = 0 then 'removed' else 'withdrawn' end
      where session = ${session} and state = 'open' and remaining > 0`.execute(trx)
    const rows = await trx
      .selectFrom('houston.runner_chunk')
      .select('id')
      .where('session', '=', session)
      .where('state', '=', 'removed')
      .execute()
    return rows.map(({ id }) => id)
  })
}

/** Says that the sessions' driver lives. */
export async function beatSessions(db: Kysely<Tables>, sessions: readonly string[]): Promise<void> {
  await sql`update houston.runner_session set seen_at = clock_timestamp() where id = any(${sessions})`.execute(db)
}

/** `takes` 0: no runner ever took it. */
export type GivenUp = { id: string; session: string; runner: string; takes: number }

/** Gives up what no runner took, or kept, for `ms`. No message of these chunks is written afterwards. */
export async function giveUpChunks(db: Kysely<Tables>, sessions: readonly string[], ms: number): Promise<GivenUp[]> {
  const { rows } = await sql<GivenUp>`update houston.runner_chunk set state = 'given-up'
    where session = any(${sessions}) and remaining > 0 and (state = 'given-up' or (state in ('open', 'withdrawn')
      and coalesce(beat_at, offered_at) < clock_timestamp() - make_interval(secs => ${ms / 1_000})))
    returning id, session, runner, takes`.execute(db)
  return rows
}

export type MessageRow = { id: number; session: string; messages: Message[] }

/** In the order in which they were written, a bounded number at a time. */
export async function readMessages(db: Kysely<Tables>, sessions: readonly string[]): Promise<MessageRow[]> {
  return await db
    .selectFrom('houston.runner_message')
    .select(['id', 'session', 'messages'])
    .where('session', 'in', [...sessions])
    .orderBy('id')
    .limit(MESSAGES_A_READ)
    .execute()
}

export async function removeMessages(db: Kysely<Tables>, ids: ReadonlySet<number>): Promise<void> {
  await db
    .deleteFrom('houston.runner_message')
    .where('id', 'in', [...ids])
    .execute()
}

/** And everything of it: unstarted chunks are gone, and runners let go of the others. */
export async function removeSession(db: Kysely<Tables>, session: string): Promise<void> {
  await db.deleteFrom('houston.runner_session').where('id', '=', session).execute()
}

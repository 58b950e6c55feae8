// The inbox's rows: the port `InboxStore`. One statement a verb, each decided by what the row is at that moment.

import { type Selectable, sql } from 'kysely'
import {
  type InboxMessage,
  type InboxRow,
  type InboxStore,
  inboxId,
  MAX_BODY_BYTES,
  type Received,
  type Settlement,
} from '../../engine/ports-inbox.ts'
import type { Database } from './database.ts'
import { NOW, STATEMENT_NOW } from './database-time.ts'
import { toText } from './json.ts'
import type { Tables } from './tables.ts'

const COLUMNS = ['id', 'source', 'key', 'topic', 'state', 'attempt', 'tries', 'note', 'received_at'] as const

export function makeInboxStore(db: Database): InboxStore {
  return {
    receive: (message) => receive(db, message),
    read: async (id) => {
      const row = await db.read((kysely) =>
        kysely
          .selectFrom('houston.inbox')
          .select([...COLUMNS, 'body'])
          .where('id', '=', toText(id))
          .executeTakeFirst(),
      )
      return row && { ...toRow(row), body: row.body }
    },
    claim: (id) => claim(db, id),
    settle: (row, settlement) => settle(db, row, settlement),
    pending: async () => {
      const rows = await db.read((kysely) =>
        kysely
          .selectFrom('houston.inbox')
          .select('id')
          .where('state', '=', 'waiting')
          .where('due_at', '<=', STATEMENT_NOW)
          .orderBy('due_at')
          .limit(PENDING_AT_ONCE)
          .execute(),
      )
      return rows.map(({ id }) => ({ id, key: id }))
    },
    failed: async (limit) => {
      const rows = await db.read((kysely) =>
        kysely
          .selectFrom('houston.inbox')
          .select(COLUMNS)
          .where('state', '=', 'failed')
          .orderBy('settled_at', 'desc')
          .limit(limit)
          .execute(),
      )
      return rows.map(toRow)
    },
    forget: (olderThanMs) => forget(db, olderThanMs),
  }
}

/** More are looked for when these are done. */
const PENDING_AT_ONCE = 500

async function receive(db: Database, { source, key, topic, body }: InboxMessage): Promise<Received> {
  const id = inboxId({ source, key })
  if (id === undefined) return { kind: 'refused', why: 'no-name' }
  if (Buffer.byteLength(body) > MAX_BODY_BYTES) return { kind: 'refused', why: 'too-large' }
  const written = await db.read((kysely) =>
    kysely
      .insertInto('houston.inbox')
      .values({ id, source, key, topic: toText(topic), body: toText(body), received_at: NOW, due_at: NOW })
      .onConflict((conflict) =>
        conflict
          .column('id')
          .doUpdateSet({
            state: 'waiting',
            deliveries: sql<number>`houston.inbox.deliveries + 1`,
            tries: 0,
            due_at: NOW,
            settled_at: null,
          })
          .where('houston.inbox.state', '=', 'failed'),
      )
      .returning('deliveries')
      .executeTakeFirst(),
  )
  if (!written) return { kind: 'repeated', id }
  return { kind: written.deliveries === 1 ? 'new' : 'again', id }
}

async function claim(db: Database, id: string): Promise<InboxRow | undefined> {
  const row = await db.read((kysely) =>
    kysely
      .updateTable('houston.inbox')
      .set({ attempt: sql<number>`attempt + 1`, tries: sql<number>`tries + 1` })
      .where('id', '=', toText(id))
      .where('state', '=', 'waiting')
      .where('due_at', '<=', STATEMENT_NOW)
      .returning([...COLUMNS, 'body'])
      .executeTakeFirst(),
  )
  return row && { ...toRow(row), body: row.body }
}

async function settle(
  db: Database,
  { id, attempt }: Pick<InboxRow, 'id' | 'attempt'>,
  settlement: Settlement,
): Promise<'noted' | 'stale'> {
  const later = settlement.kind === 'later' && {
    tries: settlement.tries,
    due_at: sql<number>`${NOW} + ${Math.ceil(settlement.afterMs)}::bigint`,
  }
  const ended = settlement.kind !== 'later' && { state: settlement.kind, settled_at: NOW }
  const written = await db.read((kysely) =>
    kysely
      .updateTable('houston.inbox')
      .set({ ...later, ...ended, note: settlement.note === undefined ? null : toText(settlement.note) })
      .where('id', '=', toText(id))
      .where('attempt', '=', attempt)
      .where('state', '=', 'waiting')
      .returning('id')
      .executeTakeFirst(),
  )
  return written ? 'noted' : 'stale'
}

async function forget(db: Database, olderThanMs: number): Promise<number> {
  const { numDeletedRows } = await db.read((kysely) =>
    kysely
      .deleteFrom('houston.inbox')
      .where('state', '=', 'done')
      .where('settled_at', '<', sql<number>`${STATEMENT_NOW} - ${olderThanMs}::bigint`)
      .executeTakeFirstOrThrow(),
  )
  return Number(numDeletedRows)
}

type Row = Pick<Selectable<Tables['houston.inbox']>, (typeof COLUMNS)[number]>

function toRow({ received_at, note, ...row }: Row): Omit<InboxRow, 'body'> {
  const { id, source, key, topic, state, attempt, tries } = row
  return { id, source, key, topic, state, attempt, tries, ...(note !== null && { note }), receivedAt: received_at }
}

// Sessions as rows. A session that has ended is deleted: nothing of it can come back.

import type { Kysely } from 'kysely'
import type { Account, Session } from '../../engine/ports-identity.ts'
import { STATEMENT_NOW } from './database-time.ts'
import { toText } from './json.ts'
import type { Tables } from './tables.ts'

/** That somebody was there is written at most this often. */
const NOTED_EVERY_MS = 60_000
/** No limit of whoever asks is longer. */
const FORGOTTEN_MS = 366 * 24 * 60 * 60 * 1_000

export async function keepSession(
  db: Kysely<Tables>,
  { id, hash, account }: { id: string; hash: string; account: Account },
): Promise<void> {
  await db
    .deleteFrom('houston.session')
    .where((eb) => eb(eb('created_at', '+', FORGOTTEN_MS), '<=', STATEMENT_NOW))
    .execute()
  await db
    .insertInto('houston.session')
    .values({ id, hash, ...rowOf(account), created_at: STATEMENT_NOW, seen_at: STATEMENT_NOW })
    .execute()
}

export async function meetSession(
  db: Kysely<Tables>,
  hash: string,
  { idleMs, longestMs }: { idleMs: number; longestMs: number },
): Promise<Session | undefined> {
  const row = await db
    .selectFrom('houston.session')
    .select(['id', 'account_id', 'login', 'created_at', 'seen_at', STATEMENT_NOW.as('now')])
    .where('hash', '=', hash)
    .executeTakeFirst()
  if (!row || row.now - row.seen_at >= idleMs || row.now - row.created_at >= longestMs) return undefined
  const { id, account_id, login, created_at: createdAt, seen_at: seenAt, now } = row
  if (now - seenAt >= NOTED_EVERY_MS)
    await db.updateTable('houston.session').set({ seen_at: STATEMENT_NOW }).where('hash', '=', hash).execute()
  return { id, account: { id: account_id, login }, createdAt, seenAt }
}

export async function deleteSession(db: Kysely<Tables>, hash: string): Promise<void> {
  await db.deleteFrom('houston.session').where('hash', '=', hash).execute()
}

export async function deleteSessions(db: Kysely<Tables>, accountId: string): Promise<void> {
  await db.deleteFrom('houston.session').where('account_id', '=', toText(accountId)).execute()
}

/** An account in the columns that sessions, tokens and links have for it. */
export function rowOf({ id, login }: Account): { account_id: string; login: string } {
  return { account_id: toText(id), login: toText(login) }
}

// API tokens as rows, found by their digest. A token that was revoked is deleted; the audit says what it did.

import type { Kysely, Selectable } from 'kysely'
import type { NewToken, Token } from '../../engine/ports-identity.ts'
import { fromNow, STATEMENT_NOW } from './database-time.ts'
import { rowOf } from './identity-session-rows.ts'
import { toJson, toText } from './json.ts'
import type { Tables } from './tables.ts'

/** That it was used is written at most this often. */
const NOTED_EVERY_MS = 60_000

export async function keepToken(db: Kysely<Tables>, token: NewToken): Promise<Token> {
  const { id, hash, name, owner, scopes, forMs } = token
  const row = await db
    .insertInto('houston.token')
    .values({
      ...{ id, hash, name: toText(name), ...rowOf(owner), scopes: toJson(scopes) },
      created_at: STATEMENT_NOW,
      ...(forMs !== undefined && { expires_at: fromNow(forMs) }),
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  return tokenOf(row)
}

export async function meetToken(db: Kysely<Tables>, hash: string): Promise<Token | undefined> {
  const row = await db
    .selectFrom('houston.token')
    .selectAll()
    .select(STATEMENT_NOW.as('now'))
    .where('hash', '=', hash)
    .executeTakeFirst()
  if (!row || (row.expires_at !== null && row.expires_at <= row.now)) return undefined
  if (row.used_at === null || row.now - row.used_at >= NOTED_EVERY_MS)
    await db.updateTable('houston.token').set({ used_at: STATEMENT_NOW }).where('hash', '=', hash).execute()
  return tokenOf(row)
}

export async function readTokens(db: Kysely<Tables>, accountId: string): Promise<Token[]> {
  const rows = await db
    .selectFrom('houston.token')
    .selectAll()
    .where('account_id', '=', toText(accountId))
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', STATEMENT_NOW)]))
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute()
  return rows.map(tokenOf)
}

export async function deleteToken(db: Kysely<Tables>, accountId: string, id: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('houston.token')
    .where('account_id', '=', toText(accountId))
    .where('id', '=', toText(id))
    .executeTakeFirst()
  return numDeletedRows > 0n
}

export async function dropToken(db: Kysely<Tables>, hash: string): Promise<void> {
  await db.deleteFrom('houston.token').where('hash', '=', hash).execute()
}

function tokenOf(row: Selectable<Tables['houston.token']>): Token {
  const { id, name, scopes, account_id, login, created_at: createdAt, expires_at, used_at } = row
  return {
    ...{ id, name, scopes, owner: { id: account_id, login }, createdAt },
    ...(expires_at !== null && { expiresAt: expires_at }),
    ...(used_at !== null && { usedAt: used_at }),
  }
}

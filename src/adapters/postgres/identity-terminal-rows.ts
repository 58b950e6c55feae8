// Terminals that ask for a token as rows. A row is answered once and heard once; its lock makes sure of that among replicas.

import type { Kysely, Selectable, Transaction } from 'kysely'
import type { Account, NewTerminalAsk, TerminalAnswer, TerminalAsk } from '../../engine/ports-identity.ts'
import { fromNow, STATEMENT_NOW } from './database-time.ts'
import { rowOf } from './identity-session-rows.ts'
import { toJson, toText } from './json.ts'
import type { Tables } from './tables.ts'

type Row = Selectable<Tables['houston.terminal_ask']>

/** How long a terminal can still hear that its time is over. */
const HEARD_FOR_MS = 10 * 60_000
/** RFC 8628, 3.5: for this and all that follow. */
const SLOWER_MS = 5_000

export async function keepAsk(db: Kysely<Tables>, ask: NewTerminalAsk): Promise<boolean> {
  await db
    .deleteFrom('houston.terminal_ask')
    .where((eb) => eb(eb('expires_at', '+', HEARD_FOR_MS), '<=', STATEMENT_NOW))
    .execute()
  const { deviceHash, userHash, machine, address, scopes, forMs, everyMs } = ask
  const kept = await db
    .insertInto('houston.terminal_ask')
    .values({
      ...{ device_hash: deviceHash, user_hash: userHash, machine: toText(machine), address: toText(address) },
      ...{ scopes: toJson(scopes), asked_at: STATEMENT_NOW, expires_at: fromNow(forMs) },
      ...{ every_ms: everyMs, poll_at: STATEMENT_NOW },
    })
    .onConflict((conflict) => conflict.column('user_hash').doNothing())
    .returning('device_hash')
    .executeTakeFirst()
  return kept !== undefined
}

export async function readAsk(db: Kysely<Tables>, userHash: string): Promise<TerminalAsk | undefined> {
  const row = await db
    .selectFrom('houston.terminal_ask')
    .selectAll()
    .where('user_hash', '=', userHash)
    .where('answer', 'is', null)
    .where('expires_at', '>', STATEMENT_NOW)
    .executeTakeFirst()
  return row && askOf(row)
}

export async function answerAsk(
  db: Kysely<Tables>,
  userHash: string,
  answer: Account | 'denied',
): Promise<TerminalAsk | undefined> {
  const row = await db
    .updateTable('houston.terminal_ask')
    .set(answer === 'denied' ? { answer } : { answer: 'allowed', ...rowOf(answer) })
    .where('user_hash', '=', userHash)
    .where('answer', 'is', null)
    .where('expires_at', '>', STATEMENT_NOW)
    .returningAll()
    .executeTakeFirst()
  return row && askOf(row)
}

export async function pollAsk(trx: Transaction<Tables>, deviceHash: string): Promise<TerminalAnswer> {
  const row = await trx
    .selectFrom('houston.terminal_ask')
    .selectAll()
    .select(STATEMENT_NOW.as('now'))
    .where('device_hash', '=', deviceHash)
    .forUpdate()
    .executeTakeFirst()
  if (!row) return { kind: 'unknown' }
  const { answer, account_id, login, now } = row
  if (row.expires_at > now && answer === null) return await noteLook(trx, row)
  await trx.deleteFrom('houston.terminal_ask').where('device_hash', '=', deviceHash).execute()
  if (row.expires_at <= now) return { kind: 'over' }
  if (answer !== 'allowed' || account_id === null || login === null) return { kind: 'denied' }
  return { kind: 'allowed', by: { id: account_id, login }, ask: askOf(row) }
}

async function noteLook(trx: Transaction<Tables>, row: Row & { now: number }): Promise<TerminalAnswer> {
  const tooSoon = row.now < row.poll_at
  const everyMs = row.every_ms + (tooSoon ? SLOWER_MS : 0)
  await trx
    .updateTable('houston.terminal_ask')
    .set({ every_ms: everyMs, poll_at: row.now + everyMs })
    .where('device_hash', '=', row.device_hash)
    .execute()
  return { kind: tooSoon ? 'too-soon' : 'pending' }
}

function askOf({ machine, address, scopes, asked_at: askedAt }: Row): TerminalAsk {
  return { machine, address, scopes, askedAt }
}

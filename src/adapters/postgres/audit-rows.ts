// The audit of intents as rows. Whoever appends holds the end of the chain until the transaction ends, so rows are numbered
// in the order in which they are committed; it is taken last of all locks, so nobody waits in a circle.

import { createHash } from 'node:crypto'
import { type Kysely, sql, type Transaction } from 'kysely'
import { type AuditEntry, type AuditFact, nextAudit } from '../../core/audit.ts'
import type { ChainEnd } from '../../core/chain.ts'
import type { AuditStore } from '../../engine/ports-locks.ts'
import { NOW } from './database-time.ts'
import { toText } from './json.ts'
import type { Tables } from './tables.ts'

export async function appendAudit(trx: Transaction<Tables>, facts: readonly AuditFact[]): Promise<void> {
  if (facts.length === 0) return
  // A clock that was set back does not set the record back.
  const { at, ...held } = await trx
    .updateTable('houston.audit_end')
    .set({ at: sql<number>`greatest(at, ${NOW})` })
    .returning(['seq', 'hash', 'at'])
    .executeTakeFirstOrThrow()
  let end: ChainEnd = held
  for (const fact of facts) {
    const entry = nextAudit(end, { at, fact }, sha256)
    await trx.insertInto('houston.audit').values(toRow(entry)).execute()
    end = { seq: entry.seq, hash: entry.hash }
  }
  await trx.updateTable('houston.audit_end').set(end).execute()
}

export async function readAudit(
  db: Kysely<Tables>,
  { application, environment, before, limit }: Parameters<AuditStore['audit']>[0],
): Promise<AuditEntry[]> {
  let query = db.selectFrom('houston.audit').select(['seq', 'at', 'fact', 'previous', 'hash'])
  if (application !== undefined) query = query.where('application', '=', toText(application))
  if (environment !== undefined) query = query.where('environment', '=', toText(environment))
  if (before !== undefined) query = query.where('seq', '<', before)
  const rows = await query.orderBy('seq', 'desc').limit(limit).execute()
  return rows.map(({ fact, ...entry }) => ({ ...entry, fact: JSON.parse(fact) }))
}

/** The fact stays the text that was hashed; JSON writes what Postgres cannot hold as escapes. */
function toRow({ fact, ...entry }: AuditEntry): Tables['houston.audit'] {
  const { application, environment } = fact
  return {
    ...entry,
    application: toText(application),
    environment: toText(environment),
    fact: JSON.stringify(fact),
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

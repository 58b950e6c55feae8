// Sign-ins under way as rows. Taking one deletes it: of two who bring the same state, one is known.

import type { Kysely } from 'kysely'
import type { IdentityStore, SignIn } from '../../engine/ports-identity.ts'
import { fromNow, STATEMENT_NOW } from './database-time.ts'
import { toText } from './json.ts'
import type { Tables } from './tables.ts'

export async function keepSignIn(
  db: Kysely<Tables>,
  { hash, verifier, returnTo, forMs }: Parameters<IdentityStore['keepSignIn']>[0],
): Promise<void> {
  await db.deleteFrom('houston.sign_in').where('expires_at', '<=', STATEMENT_NOW).execute()
  await db
    .insertInto('houston.sign_in')
    .values({ hash, verifier, return_to: toText(returnTo), expires_at: fromNow(forMs) })
    .execute()
}

export async function takeSignIn(db: Kysely<Tables>, hash: string): Promise<SignIn | undefined> {
  const taken = await db
    .deleteFrom('houston.sign_in')
    .where('hash', '=', hash)
    .returning(['verifier', 'return_to as returnTo', 'expires_at', STATEMENT_NOW.as('now')])
    .executeTakeFirst()
  if (!taken || taken.expires_at <= taken.now) return undefined
  const { verifier, returnTo } = taken
  return { verifier, returnTo }
}

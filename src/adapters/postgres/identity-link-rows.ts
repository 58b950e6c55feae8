// Links of Slack's people to GitHub's as rows, and offers of them. An offer names the person of Slack; whoever accepts it brings
// the account of GitHub, once.

import type { Kysely, Transaction } from 'kysely'
import type { Account, IdentityStore, SlackAccount } from '../../engine/ports-identity.ts'
import { fromNow, STATEMENT_NOW } from './database-time.ts'
import { rowOf } from './identity-session-rows.ts'
import { toText } from './json.ts'
import type { Tables } from './tables.ts'

type SlackKey = Pick<SlackAccount, 'team' | 'user'>

export async function keepOffer(
  db: Kysely<Tables>,
  { hash, slack, forMs }: Parameters<IdentityStore['offerLink']>[0],
): Promise<void> {
  await db.deleteFrom('houston.link_offer').where('expires_at', '<=', STATEMENT_NOW).execute()
  await db
    .insertInto('houston.link_offer')
    .values({ hash, ...keyOf(slack), name: toText(slack.name), expires_at: fromNow(forMs) })
    .execute()
}

export async function readOffer(db: Kysely<Tables>, hash: string): Promise<SlackAccount | undefined> {
  return await db
    .selectFrom('houston.link_offer')
    .select(['team', 'member as user', 'name'])
    .where('hash', '=', hash)
    .where('expires_at', '>', STATEMENT_NOW)
    .executeTakeFirst()
}

export async function acceptLink(
  trx: Transaction<Tables>,
  hash: string,
  account: Account,
): Promise<SlackAccount | undefined> {
  const slack = await trx
    .deleteFrom('houston.link_offer')
    .where('hash', '=', hash)
    .where('expires_at', '>', STATEMENT_NOW)
    .returning(['team', 'member as user', 'name'])
    .executeTakeFirst()
  if (!slack) return undefined
  const row = { ...rowOf(account), name: slack.name, linked_at: STATEMENT_NOW }
  await trx
    .insertInto('houston.slack_link')
    .values({ ...keyOf(slack), ...row })
    .onConflict((conflict) => conflict.columns(['team', 'member']).doUpdateSet(row))
    .execute()
  return slack
}

export async function readLink(db: Kysely<Tables>, slack: SlackKey): Promise<Account | undefined> {
  return await db
    .selectFrom('houston.slack_link')
    .select(['account_id as id', 'login'])
    .where((eb) => eb.and(keyOf(slack)))
    .executeTakeFirst()
}

export async function endLink(db: Kysely<Tables>, slack: SlackKey): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('houston.slack_link')
    .where((eb) => eb.and(keyOf(slack)))
    .executeTakeFirst()
  return numDeletedRows > 0n
}

export async function readAccountLinks(db: Kysely<Tables>, accountId: string): Promise<SlackAccount[]> {
  return await db
    .selectFrom('houston.slack_link')
    .select(['team', 'member as user', 'name'])
    .where('account_id', '=', toText(accountId))
    .orderBy('team')
    .orderBy('member')
    .execute()
}

function keyOf({ team, user }: SlackKey): { team: string; member: string } {
  return { team: toText(team), member: toText(user) }
}

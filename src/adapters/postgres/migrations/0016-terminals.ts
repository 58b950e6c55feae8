// Terminals that ask for a token of somebody (RFC 8628). Their codes are kept as SHA-256 digests only.

import { type Kysely, sql } from 'kysely'

const TABLE = `create table houston.terminal_ask (
  device_hash text primary key,
  user_hash text not null unique,
  machine text not null,
  address text not null,
  scopes json not null,
  asked_at bigint not null,
  expires_at bigint not null,
  every_ms bigint not null,
  poll_at bigint not null,
  answer text,
  account_id text,
  login text
)`

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(TABLE).execute(db)
}

// Who people are at the web doors: sign-ins under way, sessions, API tokens, links of Slack's people to GitHub's. What proves an
// identity is kept as a SHA-256 digest only, so that whoever reads the database can be nobody.

import { type Kysely, sql } from 'kysely'

const STATEMENTS = [
  `create table houston.sign_in (
    hash text primary key,
    verifier text not null,
    return_to text not null,
    expires_at bigint not null
  )`,
  `create table houston.session (
    hash text primary key,
    id text not null unique,
    account_id text not null,
    login text not null,
    created_at bigint not null,
    seen_at bigint not null
  )`,
  'create index session_by_account on houston.session (account_id)',
  `create table houston.token (
    hash text primary key,
    id text not null unique,
    name text not null,
    account_id text not null,
    login text not null,
    scopes json not null,
    created_at bigint not null,
    expires_at bigint,
    used_at bigint
  )`,
  'create index token_by_account on houston.token (account_id, created_at desc)',
  `create table houston.link_offer (
    hash text primary key,
    team text not null,
    member text not null,
    name text not null,
    expires_at bigint not null
  )`,
  `create table houston.slack_link (
    team text not null,
    member text not null,
    name text not null,
    account_id text not null,
    login text not null,
    linked_at bigint not null,
    primary key (team, member)
  )`,
  'create index slack_link_by_account on houston.slack_link (account_id)',
]

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

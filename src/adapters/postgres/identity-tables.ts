// The tables of people as Kysely sees them. Times are ms since 1970; no query lives here.

import type { ColumnType } from 'kysely'
import type { Scope } from '../../core/scope.ts'

type SignInTable = { hash: string; verifier: string; return_to: string; expires_at: number }

type SessionTable = {
  hash: string
  id: string
  account_id: string
  login: string
  created_at: number
  seen_at: number
}

type TokenTable = {
  hash: string
  id: string
  name: string
  account_id: string
  login: string
  scopes: ColumnType<Scope[], string, string>
  created_at: number
  expires_at: number | null
  used_at: number | null
}

type TerminalAskTable = {
  device_hash: string
  user_hash: string
  machine: string
  address: string
  scopes: ColumnType<Scope[], string, string>
  asked_at: number
  expires_at: number
  every_ms: number
  poll_at: number
  answer: 'allowed' | 'denied' | null
  account_id: string | null
  login: string | null
}

type LinkOfferTable = { hash: string; team: string; member: string; name: string; expires_at: number }

type SlackLinkTable = {
  team: string
  member: string
  name: string
  account_id: string
  login: string
  linked_at: number
}

export type IdentityTables = {
  'houston.sign_in': SignInTable
  'houston.session': SessionTable
  'houston.token': TokenTable
  'houston.terminal_ask': TerminalAskTable
  'houston.link_offer': LinkOfferTable
  'houston.slack_link': SlackLinkTable
}

// What an error of Slack's Web API means for whoever sent the request. Expected answers become data; everything else is thrown on.

import { webApi } from '@slack/bolt'
import { TooMany } from './call.ts'

export type Fault =
  /** Certainly not done; too many requests. */
  | { kind: 'limited'; retryAfterMs?: number }
  /** Done or not: nobody knows. */
  | { kind: 'unsure'; why: string }
  | { kind: 'gone' }
  | { kind: 'refused'; why: string }

/** Throws what is no answer of Slack's and no broken connection: a bug. */
export function faultOf(error: unknown): Fault {
  const code = codeOf(error)
  if (code !== undefined) return faultOfCode(code)
  if (error instanceof webApi.WebAPIHTTPError) return ofStatus(error.statusCode)
  if (!(error instanceof webApi.WebAPIRequestError)) throw error
  const { original } = error
  return original instanceof TooMany ? limited(original.retryAfterMs) : { kind: 'unsure', why: cut(original.message) }
}

/** Slack's own word for what is wrong; `undefined` when it did not come so far. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof webApi.WebAPIPlatformError ? error.data.error : undefined
}

function faultOfCode(code: string): Fault {
  if (LIMITED.has(code)) return limited(undefined)
  if (GONE.has(code)) return { kind: 'gone' }
  // A page of a proxy, not an answer of Slack's.
  if (UNSURE.has(code) || !/^[a-z_]{1,80}$/.test(code)) return { kind: 'unsure', why: cut(code) }
  const words = WORDS[code]
  return { kind: 'refused', why: words === undefined ? code : `${code}: ${words}` }
}

function ofStatus(status: number): Fault {
  const refused = status >= 400 && status < 500 && status !== 408
  return { kind: refused ? 'refused' : 'unsure', why: String(status) }
}

function limited(retryAfterMs: number | undefined): Fault {
  return { kind: 'limited', ...(retryAfterMs !== undefined && { retryAfterMs }) }
}

function cut(text: string): string {
  return text.slice(0, 200)
}

const LIMITED = new Set(['ratelimited', 'rate_limited'])
const GONE = new Set(['message_not_found', 'thread_not_found'])
/** Slack's own trouble; and credentials, which somebody repairs, whatever was to be written. */
const UNSURE = new Set([
  ...[
    'internal_error',
    'fatal_error',
    'service_unavailable',
    'request_timeout',
    'team_added_to_org',
    'external_channel_migrating',
  ],
  ...['invalid_auth', 'not_authed', 'token_expired', 'token_revoked', 'account_inactive', 'two_factor_setup_required'],
])

const WORDS: Readonly<Record<string, string>> = {
  channel_not_found: 'there is no such channel, or it is private and the app was not invited',
  not_in_channel: 'invite the app to the channel',
  is_archived: 'the channel is archived',
  restricted_action: 'a setting of the workspace keeps the app from posting there',
  missing_scope: 'the app lacks a right: install it again with the manifest',
  msg_too_long: 'the message is too long',
  msg_blocks_too_long: 'the blocks are too long',
  cant_update_message: 'the message is not the app’s own',
  edit_window_closed: 'the workspace does not let messages of this age be edited',
  user_not_found: 'there is no such person in the workspace',
  user_disabled: 'the person has left the workspace',
}

// How a terminal comes to a token that somebody allows on a page of the server (RFC 8628): codes first, then questions, as slowly as
// the server wants them. It prints nothing, and sends nobody a secret but that server.

import type { z } from 'zod'
import {
  accessToken,
  CLIENT,
  DEVICE_GRANT,
  type DeviceCodes,
  deviceCodes,
  oauthError,
} from '../../../web/api/schema/oauth.ts'
import { problem } from '../../../web/api/schema/problem.ts'
import { EXIT } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { wordsLines } from '../words/refusal.ts'
import { fromJson, otherVersion, unreachable } from './ask-server.ts'

/** `not-there`: nobody can sign in there, or it is older than this. */
type Begun = DeviceCodes | 'not-there'

export type Pause = (ms: number) => Promise<void>

const LONGEST_MS = 30_000
/** RFC 8628, 3.5. */
const SLOWER_MS = 5_000
/** Whatever a server says, it is not asked in a loop without breath. */
const LEAST_MS = 500

/** Throws `Failure` when the server cannot be asked, or refuses what is asked for. */
export async function beginLogin(url: string, wish: { machine: string; scope?: string }): Promise<Begun> {
  const answer = await post(url, 'device', { client_id: CLIENT, ...wish })
  if (answer === 'lost') throw unreachable({ url })
  if (answer.status === 403 || answer.status === 404) return 'not-there'
  if (answer.status === 200) return parsed(url, deviceCodes, answer.json)
  throw refusal(url, answer)
}

/** `undefined`: somebody said no. Throws `Failure` when nobody answered in time. */
export async function awaitToken(url: string, codes: DeviceCodes, pause: Pause): Promise<string | undefined> {
  let everyMs = Math.max(LEAST_MS, codes.interval * 1_000)
  for (let waitedMs = 0; waitedMs < codes.expires_in * 1_000; ) {
    await pause(everyMs)
    waitedMs += everyMs
    const form = { grant_type: DEVICE_GRANT, client_id: CLIENT, device_code: codes.device_code }
    const answer = await post(url, 'token', form)
    if (answer === 'lost' || answer.status === 429 || answer.status >= 500) {
      everyMs += SLOWER_MS
      continue
    }
    if (answer.status === 200) return parsed(url, accessToken, answer.json).access_token
    const { error } = parsed(url, oauthError, answer.json)
    if (error === 'access_denied') return undefined
    if (error === 'slow_down') everyMs += SLOWER_MS
    else if (error === 'expired_token' || error === 'invalid_grant') break
    else if (error !== 'authorization_pending') throw refusal(url, answer)
  }
  const why = 'The code was not answered in time, or its answer was lost on the way.'
  throw new Failure(
    EXIT.refused,
    wordsLines({ what: 'Nobody let this terminal in.', why, next: `houston login ${url}` }),
  )
}

/** false: it could not be asked. */
export async function revokeToken(url: string, token: string): Promise<boolean> {
  const answer = await post(url, 'revoke', { token })
  return answer !== 'lost' && answer.status === 200
}

type Answer = { status: number; json: unknown }

async function post(url: string, path: string, form: Readonly<Record<string, string>>): Promise<Answer | 'lost'> {
  try {
    const response = await fetch(`${url}/api/v1/oauth/${path}`, {
      ...{ method: 'POST', redirect: 'error', body: new URLSearchParams(form) },
      ...{ headers: { 'user-agent': 'houston' }, signal: AbortSignal.timeout(LONGEST_MS) },
    })
    return { status: response.status, json: fromJson(await response.text()) }
  } catch {
    return 'lost'
  }
}

function parsed<T>(url: string, schema: z.ZodType<T>, json: unknown): T {
  const { data } = schema.safeParse(json)
  if (data === undefined) throw otherVersion({ url })
  return data
}

function refusal(url: string, { json }: Answer): Failure {
  const said = oauthError.safeParse(json).data
  const why = said ? (said.error_description ?? said.error) : problem.safeParse(json).data?.title
  if (why === undefined) return otherVersion({ url })
  return new Failure(EXIT.usage, wordsLines({ what: `${url} gives no code.`, why, next: 'houston login --help' }))
}

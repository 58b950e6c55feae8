// How a terminal comes to a token without anybody pasting one (RFC 8628), and how it ends it (RFC 7009). Nobody is signed in here and
// no cookie counts: a code or a token is all that is worth anything. What it says and refuses is OAuth's, not the house's.

import { type Context, Hono } from 'hono'
import type { z } from 'zod'
import { readBytes, type Unread } from '../read-bytes.ts'
import { readScopes, writeScopes } from '../sign-in/scope-text.ts'
import type { Heard, TerminalDesk } from '../sign-in/terminal.ts'
import type { WebEnv } from '../who.ts'
import type { ApiDeps } from './deps.ts'
import { CUT, NOT_FOUND, TOO_LARGE } from './problem.ts'
import {
  type accessToken,
  type DeviceCodes,
  deviceForm,
  type OauthErrorName,
  type oauthError,
  revokeForm,
  tokenForm,
} from './schema/oauth.ts'
import { problemOr, settle } from './serve-route.ts'

export const OAUTH_PATHS = { device: '/v1/oauth/device', token: '/v1/oauth/token', revoke: '/v1/oauth/revoke' } as const

type OauthError = z.infer<typeof oauthError>
type Answered = { ok: DeviceCodes | z.infer<typeof accessToken> | Record<string, never> } | OauthError

type Handle = (sent: { desk: TerminalDesk; form: Form; context: Context<WebEnv> }) => Promise<Answered>
type Form = Readonly<Record<string, string>>

const MOST_BYTES = 4 * 1024

export function oauthRoom(deps: ApiDeps): Hono<WebEnv> {
  const room = new Hono<WebEnv>()
  room.post(OAUTH_PATHS.device, serve(deps, begin(deps)))
  room.post(OAUTH_PATHS.token, serve(deps, hear))
  room.post(OAUTH_PATHS.revoke, serve(deps, end))
  return room
}

function serve(deps: ApiDeps, handle: Handle): (context: Context<WebEnv>) => Promise<Response> {
  return async (context) => {
    const reply = await settle(deps, async () => {
      const desk = deps.terminals()
      if (!desk) return NOT_FOUND
      const form = await formOf(context)
      if (form === 'too-large') return TOO_LARGE
      if (form === 'cut') return CUT
      return { body: form ? await handle({ desk, form, context }) : refusedAs('invalid_request', 'It is no form.') }
    })
    if ('problem' in reply) return problemOr(context, reply)
    const { body } = reply
    context.header('cache-control', 'no-store')
    return 'error' in body ? context.json(body, 400) : context.json(body.ok, 200)
  }
}

/** `undefined`: no form, or one that says something twice (RFC 6749, 3.2). */
async function formOf({ req }: Context): Promise<Form | Unread['kind'] | undefined> {
  const [type = ''] = (req.header('content-type') ?? '').split(';')
  if (type.trim().toLowerCase() !== 'application/x-www-form-urlencoded') return undefined
  const bytes = await readBytes(req.raw, MOST_BYTES)
  if (!Buffer.isBuffer(bytes)) return bytes.kind
  const fields = [...new URLSearchParams(bytes.toString())]
  return new Set(fields.map(([name]) => name)).size === fields.length ? Object.fromEntries(fields) : undefined
}

function begin({ peerOf }: ApiDeps): Handle {
  return async ({ desk, form, context }) => {
    const asked = deviceForm.safeParse(form)
    if (!asked.success) return faultOf(asked.error)
    const scopes = readScopes(asked.data.scope)
    if (!scopes) return refusedAs('invalid_scope', 'look or act, with :application or :application/environment.')
    const { device, user, forMs, everyMs } = await desk.begin({
      ...{ machine: asked.data.machine, address: peerOf(context), scopes },
    })
    return {
      ok: {
        ...{ device_code: device, user_code: user, verification_uri: desk.page },
        ...{ expires_in: seconds(forMs), interval: everyMs / 1_000 },
      },
    }
  }
}

const hear: Handle = async ({ desk, form }) => {
  const asked = tokenForm.safeParse(form)
  return asked.success ? answerOf(await desk.hear(asked.data.device_code)) : faultOf(asked.error)
}

/** Also of what is no token: there is nothing to learn here (RFC 7009, 2.2). */
const end: Handle = async ({ desk, form }) => {
  const asked = revokeForm.safeParse(form)
  if (!asked.success) return faultOf(asked.error)
  await desk.end(asked.data.token)
  return { ok: {} }
}

const ERRORS: Readonly<Record<Exclude<Heard['kind'], 'made'>, OauthErrorName>> = {
  ...{ pending: 'authorization_pending', 'too-soon': 'slow_down', denied: 'access_denied' },
  ...{ over: 'expired_token', unknown: 'invalid_grant' },
}

function answerOf(heard: Heard): Answered {
  if (heard.kind !== 'made') return refusedAs(ERRORS[heard.kind])
  const { text, forMs, scopes } = heard
  return {
    ok: { access_token: text, token_type: 'Bearer', expires_in: seconds(forMs), scope: writeScopes(scopes) },
  }
}

function faultOf({ issues }: z.ZodError): OauthError {
  const names = issues.map(({ path }) => String(path[0]))
  const which = names.map((name) => `${name} is missing or not as described`).join('; ')
  if (names.includes('grant_type')) return refusedAs('unsupported_grant_type', which)
  return refusedAs(names.includes('client_id') ? 'invalid_client' : 'invalid_request', which)
}

function refusedAs(error: OauthErrorName, description?: string): OauthError {
  return { error, ...(description !== undefined && { error_description: description }) }
}

function seconds(ms: number): number {
  return Math.round(ms / 1_000)
}

// Which server this terminal asks, if it asks one: HOUSTON_URL and a token for it. It calls nobody.

import type { Variables } from '../../../config/settings.ts'
import { isLoopbackHost } from '../../../web/sign-in/guard-host.ts'
import { EXIT } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { wordsLines } from '../words/refusal.ts'
import { keptToken } from './kept-tokens.ts'

/** An origin, and what proves who asks. */
export type ServerPlace = { url: string; token: string }

/**
 * `undefined`: everything is done here. Without a token HOUSTON_URL is only what it is to a server: the address that it writes
 * into links. Throws `Failure`.
 */
export function serverPlace(env: Variables): ServerPlace | undefined {
  const given = env.HOUSTON_URL
  if (given === undefined || given === '') return undefined
  const token = env.HOUSTON_TOKEN || keptToken(env, originOf(given))
  return token ? { url: secureOrigin(given), token } : undefined
}

/** A token goes to nobody on the way. Throws `Failure`. */
export function secureOrigin(text: string): string {
  const origin = originOf(text)
  const { protocol, host } = new URL(origin)
  if (protocol === 'https:' || isLoopbackHost(host)) return origin
  const what = `${origin} is not asked: a token would travel in the open.`
  throw new Failure(
    EXIT.usage,
    wordsLines({ what, why: 'It is plain HTTP to another machine.', next: 'HOUSTON_URL=https://…' }),
  )
}

function originOf(text: string): string {
  const url = URL.parse(text)
  if (url && /^https?:$/.test(url.protocol)) return url.origin
  const why = 'HOUSTON_URL says where the server is.'
  throw new Failure(
    EXIT.usage,
    wordsLines({ what: 'That is no address of a server.', why, next: 'HOUSTON_URL=https://houston.acme.dev' }),
  )
}

// Why a host could not be reached, in words that are the same for every host with the same trouble.

import type { Address } from './dial.ts'

/** `again`: the server was too busy to talk, a later dial may succeed. `signature` groups hosts, `explanation` is for a person. */
export class DialError extends Error {
  readonly signature: string
  readonly explanation: string
  readonly again: boolean
  constructor(signature: string, more: { explanation?: string; again?: boolean; cause?: unknown } = {}) {
    super(more.explanation ?? signature, { cause: more.cause })
    this.signature = signature
    this.explanation = more.explanation ?? signature
    this.again = more.again ?? false
  }
}

const BY_CODE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network unreachable',
  ENOTFOUND: 'host name not found',
  EAI_AGAIN: 'host name could not be looked up',
  ETIMEDOUT: 'connection timed out',
}

/** What ssh2 or a socket said. Without a banner a cut means MaxStartups or a penalty of the server: worth a later try. */
export function explain(error: unknown, banner: boolean, to: Address): DialError {
  if (error instanceof DialError) return error
  if (!(error instanceof Error)) return new DialError('SSH error')
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  const again = !banner && (code === 'ECONNRESET' || /lost before handshake/.test(error.message))
  if (/authentication methods failed/.test(error.message))
    return new DialError('authentication refused', {
      explanation: `The server refused user ${JSON.stringify(to.user)} with identity ${JSON.stringify(to.identity)}.`,
      cause: error,
    })
  if (/no matching host key/i.test(error.message))
    return new DialError('host offers no key of a known type', { cause: error })
  return new DialError(BY_CODE[code] ?? error.message.slice(0, 100), { again, cause: error })
}

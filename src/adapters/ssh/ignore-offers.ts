// Leaves unanswered what OpenSSH tells after a login: which host keys it has. Known hosts are written down by the operator, and
// nothing is learnt here. It must not touch any other request of a server.

import type { Client } from 'ssh2'

type Heed = (protocol: unknown, name: string, wantReply: boolean, data: unknown) => void

const OFFER = 'hostkeys-00@openssh.com'

/**
 * ssh2 has the server prove each key at once, with a signature for each, and no option stops it. This reaches for its protocol
 * object, and leaves a client alone that has none. To be called after `connect`.
 */
export function ignoreOffers(client: Client): void {
  const handlers: unknown = Reflect.get(Object(Reflect.get(client, '_protocol')), '_handlers')
  if (!heedsRequests(handlers)) return
  const heed = handlers.GLOBAL_REQUEST
  handlers.GLOBAL_REQUEST = (protocol, name, wantReply, data) => {
    // Of a request that it does not know ssh2 says so, if that is asked for.
    heed(protocol, name === OFFER ? 'unknown' : name, wantReply, data)
  }
}

function heedsRequests(handlers: unknown): handlers is { GLOBAL_REQUEST: Heed } {
  return (
    typeof handlers === 'object' &&
    handlers !== null &&
    'GLOBAL_REQUEST' in handlers &&
    typeof handlers.GLOBAL_REQUEST === 'function'
  )
}

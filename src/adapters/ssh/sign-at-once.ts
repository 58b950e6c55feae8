// Logs in with one request instead of two: ssh2 asks whether a key would do before it signs, and the server then looks the
// key up twice. It must not change what is signed, nor touch any other kind of login.

import type { AnyAuthMethod, Client, ParsedKey } from 'ssh2'

type Sign = (data: Buffer, done: (signature: Buffer) => void) => void
type AuthPk = (user: string, key: ParsedKey, algorithm: string | undefined, sign?: Sign) => void

/**
 * RFC 4252, section 7: a client may sign its first request. ssh2 has no option for it, so this reaches for its protocol object,
 * and leaves a client alone that has none. To be called after `connect`. An RSA key must be asked for, since its signature's
 * hash depends on the server, and so must an agent's keys: a person may have to confirm each signature.
 */
export function signAtOnce(client: Client, method: AnyAuthMethod): void {
  const key = method.type === 'publickey' ? method.key : undefined
  const protocol: unknown = Reflect.get(client, '_protocol')
  if (typeof key !== 'object' || Buffer.isBuffer(key) || key.type === 'ssh-rsa' || !logsIn(protocol)) return
  const ask = protocol.authPK.bind(protocol)
  protocol.authPK = (user, offered, algorithm, sign) => {
    ask(user, offered, algorithm, sign ?? ((data, done) => done(key.sign(data))))
  }
}

function logsIn(protocol: unknown): protocol is { authPK: AuthPk } {
  return (
    typeof protocol === 'object' && protocol !== null && 'authPK' in protocol && typeof protocol.authPK === 'function'
  )
}

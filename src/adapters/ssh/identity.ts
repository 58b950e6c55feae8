// Turns an operator's identities into what ssh2 authenticates with. Keys are parsed once and kept; nothing else keeps them.

import ssh2, { type AnyAuthMethod, type ParsedKey } from 'ssh2'
import type { Identity, SshSettings } from './settings.ts'

/** An identity that the settings name but that cannot be used, or that they do not name. */
export class IdentityError extends Error {}

export type Identities = (name: string, user: string) => AnyAuthMethod

export function createIdentities(identities: SshSettings['identities']): Identities {
  const ready = new Map(Object.entries(identities).map(([name, identity]) => [name, prepare(name, identity)]))
  return (name, user) => {
    const method = ready.get(name)
    if (!method) throw new IdentityError(`no usable key for identity ${JSON.stringify(name)} here: see houston doctor`)
    return method(user)
  }
}

function prepare(name: string, identity: Identity): (user: string) => AnyAuthMethod {
  if (identity.kind === 'agent') return (username) => ({ type: 'agent', username, agent: identity.socket })
  const key = parse(name, identity)
  return (username) => ({ type: 'publickey', username, key })
}

function parse(name: string, identity: { pem: string; passphrase?: string }): ParsedKey {
  const parsed = ssh2.utils.parseKey(identity.pem, identity.passphrase)
  const key = Array.isArray(parsed) ? parsed[0] : parsed
  if (key instanceof Error) throw new IdentityError(`identity ${JSON.stringify(name)}: ${key.message}`)
  if (!key.isPrivateKey()) throw new IdentityError(`identity ${JSON.stringify(name)} is not a private key`)
  return key.type === 'ssh-rsa' ? withoutSha1(key) : key
}

/** An old server makes ssh2 fall back to SHA-1 signatures. */
function withoutSha1(key: ParsedKey): ParsedKey {
  const sign = key.sign.bind(key)
  key.sign = (data, algorithm) => {
    if (algorithm !== 'sha256' && algorithm !== 'sha512') throw new Error('the server asks for a SHA-1 signature')
    return sign(data, algorithm)
  }
  return key
}

// Decides whether a host's key is the one that is known for it. Closed: whatever is not plainly right is refused.

import { createHash } from 'node:crypto'
import type { ServerHostKeyAlgorithm } from 'ssh2'
import { type KnownHostsLine, keyType, knownHostName, parseKnownHosts } from './known-hosts.ts'

export type HostKeyVerdict = { kind: 'trusted' } | { kind: 'refused'; signature: string; explanation: string }

export type HostKeys = {
  /** Signature algorithms to offer for this host, so that it answers with a key that is known. */
  algorithms(address: string, port: number): ServerHostKeyAlgorithm[]
  verify(address: string, port: number, key: Buffer): HostKeyVerdict
}

/** ssh-rsa, that is SHA-1, is not among them. */
const ALGORITHMS: Readonly<Record<string, readonly ServerHostKeyAlgorithm[]>> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
}

export function createHostKeys(files: readonly string[]): HostKeys {
  const find = finder(files.flatMap(parseKnownHosts))
  return {
    algorithms(address, port) {
      const known = plain(find(knownHostName(address, port))).map((line) => line.type)
      const wanted = Object.entries(ALGORITHMS).filter(([type]) => known.includes(type))
      return (wanted.length > 0 ? wanted : Object.entries(ALGORITHMS)).flatMap(([, names]) => names)
    },
    verify(address, port, key) {
      const name = knownHostName(address, port)
      return verify(find(name), name, key)
    },
  }
}

function verify(lines: readonly KnownHostsLine[], name: string, key: Buffer): HostKeyVerdict {
  if (lines.some((line) => line.marker === 'revoked' && line.key.equals(key)))
    return refused('host key is revoked', `${described(name, key)} is marked @revoked in known_hosts.`)
  const known = plain(lines)
  if (known.some((line) => line.key.equals(key))) return { kind: 'trusted' }
  if (known.length > 0)
    return refused(
      'host key has changed',
      `${described(name, key)} is not what known_hosts has for it. Either the machine was rebuilt or someone stands between. ` +
        `When you know that it was rebuilt: ssh-keygen -R '${name}', then add the new key.`,
    )
  if (lines.some((line) => line.marker === 'cert-authority'))
    return refused(
      'host certificates are not supported',
      `known_hosts has only @cert-authority lines for ${name}. Houston does not check host certificates yet: add its plain key.`,
    )
  return refused(
    'host key is not known',
    `${described(name, key)} is not in known_hosts. Compare the fingerprint with the machine's own, then add this line:\n` +
      `${name} ${keyType(key)} ${key.toString('base64')}`,
  )
}

function refused(signature: string, explanation: string): HostKeyVerdict {
  return { kind: 'refused', signature, explanation }
}

function described(name: string, key: Buffer): string {
  const digest = createHash('sha256').update(key).digest('base64').replace(/=+$/, '')
  return `The ${keyType(key)} key of ${name}, SHA256:${digest},`
}

/** Plain names by a table, patterns and hashes one by one; what was found is kept, since a dial asks twice. */
function finder(lines: readonly KnownHostsLine[]): (name: string) => readonly KnownHostsLine[] {
  const byName = new Map<string, KnownHostsLine[]>()
  for (const line of lines)
    for (const name of line.names ?? []) {
      const others = byName.get(name)
      if (others) others.push(line)
      else byName.set(name, [line])
    }
  const patterns = lines.filter((line) => !line.names)
  const found = new Map<string, readonly KnownHostsLine[]>()
  return (name) => {
    const known = found.get(name) ?? [...(byName.get(name) ?? []), ...patterns.filter((line) => line.matches(name))]
    found.set(name, known)
    return known
  }
}

function plain(lines: readonly KnownHostsLine[]): readonly KnownHostsLine[] {
  return lines.filter((line) => line.marker === undefined)
}

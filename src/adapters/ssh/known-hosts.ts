// Reads known_hosts files (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"). It decides nothing; `host-key.ts` does.

import { createHmac, timingSafeEqual } from 'node:crypto'

export type KnownHostsLine = {
  marker?: 'revoked' | 'cert-authority'
  /** Names when all are plain, else a test: a large file is searched for every host. */
  names?: readonly string[]
  matches: (name: string) => boolean
  /** "ssh-ed25519" and the like, as the file says. */
  type: string
  key: Buffer
}

/** Lines that cannot be read are left out, as OpenSSH does: a broken line must not make a host trusted. */
export function parseKnownHosts(text: string): KnownHostsLine[] {
  return text.split('\n').flatMap((line) => parseLine(line.trim()) ?? [])
}

/** The name under which a host is looked up: `[address]:port` unless the port is 22. */
export function knownHostName(address: string, port: number): string {
  const name = address.toLowerCase()
  return port === 22 ? name : `[${name}]:${port}`
}

function parseLine(line: string): KnownHostsLine | undefined {
  if (line === '' || line.startsWith('#')) return undefined
  const fields = line.split(/\s+/)
  const marker = fields[0]?.startsWith('@') ? fields.shift() : undefined
  if (marker !== undefined && marker !== '@revoked' && marker !== '@cert-authority') return undefined
  const [patterns, type, base64] = fields
  if (!patterns || !type || !base64) return undefined
  const key = Buffer.from(base64, 'base64')
  if (keyType(key) !== type) return undefined
  const names = /[*?!|]/.test(patterns) ? undefined : patterns.toLowerCase().split(',')
  const parsed = { ...(names && { names }), matches: matcher(patterns), type, key }
  return marker ? { ...parsed, marker: marker === '@revoked' ? 'revoked' : 'cert-authority' } : parsed
}

/** A public key begins with its type's length and its type. */
export function keyType(key: Buffer): string | undefined {
  if (key.length < 4) return undefined
  return key.subarray(4, 4 + key.readUInt32BE(0)).toString('latin1')
}

function matcher(patterns: string): (name: string) => boolean {
  if (patterns.startsWith('|')) return hashed(patterns)
  const all = patterns.split(',').map((text) => {
    const negated = text.startsWith('!')
    return { negated, regex: wildcard(negated ? text.slice(1) : text) }
  })
  return (name) => {
    const hits = all.filter((pattern) => pattern.regex.test(name))
    return hits.length > 0 && hits.every((pattern) => !pattern.negated)
  }
}

function hashed(text: string): (name: string) => boolean {
  const [, kind, salt, hash] = text.split('|')
  if (kind !== '1' || !salt || !hash) return () => false
  const expected = Buffer.from(hash, 'base64')
  return (name) => {
    const actual = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest()
    return actual.length === expected.length && timingSafeEqual(actual, expected)
  }
}

function wildcard(pattern: string): RegExp {
  const escaped = pattern.toLowerCase().replace(/[\\^$.+()[\]{}|]/g, '\\$&')
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`)
}

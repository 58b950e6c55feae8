// Makes ed25519 key pairs in OpenSSH's own format. It must not call ssh-keygen, so that a fleet needs nothing installed.

import { generateKeyPairSync, randomBytes } from 'node:crypto'

export type KeyPair = {
  /** PEM text of the unencrypted private key, as OpenSSH and ssh2 read it. */
  privateText: string
  /** `ssh-ed25519 AAAA…`, without a comment. */
  publicLine: string
}

/**
 * A fresh pair. ssh2's own generator is not used: about one in 300 of its ed25519 keys cannot be parsed again.
 * Format: OpenSSH's PROTOCOL.key.
 */
export function makeKey(): KeyPair {
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  const point = Buffer.from(jwk.x ?? '', 'base64url')
  const seed = Buffer.from(jwk.d ?? '', 'base64url')
  const publicBlob = Buffer.concat([text('ssh-ed25519'), block(point)])
  return { privateText: armour(container(publicBlob, point, seed)), publicLine: `ssh-ed25519 ${base64(publicBlob)}` }
}

function container(publicBlob: Buffer, point: Buffer, seed: Buffer): Buffer {
  const check = randomBytes(4)
  const secret = Buffer.concat([check, check, publicBlob, block(Buffer.concat([seed, point])), text('')])
  const padding = Buffer.from(Array.from({ length: (8 - (secret.length % 8)) % 8 }, (_, i) => i + 1))
  const head = [Buffer.from('openssh-key-v1\0'), text('none'), text('none'), text(''), Buffer.from([0, 0, 0, 1])]
  return Buffer.concat([...head, block(publicBlob), block(Buffer.concat([secret, padding]))])
}

function armour(bytes: Buffer): string {
  const lines = base64(bytes).match(/.{1,70}/g) ?? []
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n')
}

function block(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

function text(value: string): Buffer {
  return block(Buffer.from(value))
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64')
}

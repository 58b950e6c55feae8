// Texts that prove something: random, and known to the store by their digest alone.

import { createHash, randomBytes } from 'node:crypto'

/** 256 bits, in 43 characters that need no escaping anywhere. */
export function newSecretText(): string {
  return randomBytes(32).toString('base64url')
}

/** Whether it can be one at all; the store is not asked for anything else. */
export function isSecretText(text: string | undefined): text is string {
  return text !== undefined && /^[\w-]{43}$/.test(text)
}

/** What the store keeps of it. As the text cannot be guessed, a plain hash is enough (no password is ever hashed here). */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** PKCE's S256 (RFC 7636, 4.2). */
export function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url')
}

// Takes secrets out of text, in the codings in which they usually leak. Everything that leaves the adapter passes here.

import type { HostLog } from '../../engine/ports.ts'
import type { Bounded } from './bound.ts'

const MASK = '[REDACTED]'

/** Shorter ones would tear holes into ordinary words. */
const SHORTEST = 4

export type Redactor = { text(text: string): string; log(bytes: Bounded): HostLog }

export function createRedactor(secrets: readonly string[]): Redactor {
  const forms = [...new Set(secrets.flatMap(codings))].sort((a, b) => b.length - a.length)
  const pattern = forms.length > 0 ? new RegExp(forms.map(literally).join('|'), 'g') : undefined
  const text = (plain: string) => (pattern ? plain.replace(pattern, MASK) : plain)
  return {
    text,
    log({ head, tail, cutBytes }) {
      if (cutBytes === 0) {
        const whole = text(Buffer.concat([head, tail]).toString('utf8'))
        const half = tail.length === 0 ? whole.length : Math.min(whole.length, head.length)
        return { head: whole.slice(0, half), tail: whole.slice(half), cutBytes }
      }
      return {
        head: cutEnd(text(head.toString('utf8')), forms),
        tail: cutStart(text(tail.toString('utf8')), forms),
        cutBytes,
      }
    },
  }
}

/** As it is, URL-coded, and base64 at each of the three places that it can have in coded text. */
function codings(secret: string): string[] {
  if (secret.length < SHORTEST) return []
  const lines = secret.includes('\n') ? secret.split('\n').filter((line) => line.trim().length >= 8) : []
  return [secret, ...lines].flatMap((plain) => {
    const base64 = [0, 1, 2].map((offset) => inner64(plain, offset))
    const url64 = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'))
    return [plain, encodeURIComponent(plain), ...base64, ...url64].filter((form) => form.length >= SHORTEST)
  })
}

/** The characters of base64 that depend on the secret alone, with `offset` unknown bytes before it. */
function inner64(plain: string, offset: number): string {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(plain)])
  const first = Math.ceil((offset * 8) / 6)
  return bytes.toString('base64').slice(first, Math.floor((bytes.length * 8) / 6))
}

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}

/** A secret whose second half was lost still shows its first. */
function cutEnd(text: string, forms: readonly string[]): string {
  for (const form of forms)
    for (let length = Math.min(form.length - 1, text.length); length >= SHORTEST; length--)
      if (text.endsWith(form.slice(0, length))) return text.slice(0, -length) + MASK
  return text
}

function cutStart(text: string, forms: readonly string[]): string {
  for (const form of forms)
    for (let length = Math.min(form.length - 1, text.length); length >= SHORTEST; length--)
      if (text.startsWith(form.slice(-length))) return MASK + text.slice(length)
  return text
}

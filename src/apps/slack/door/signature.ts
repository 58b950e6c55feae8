// Slack's signature over a body (v0): https://docs.slack.dev/authentication/verifying-requests-from-slack. Nothing of the body
// is looked at before it holds, and each is taken once.

import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { Secret } from '../../../core/secret.ts'

/** Either way: a clock that is ahead would make a message valid for as long as it is. */
const MOST_SKEW_S = 300
/** Longer than a signature can be right: 300 s ahead until 300 s behind. */
const REMEMBER_MS = 10 * 60_000

export type Signed = { headers: IncomingHttpHeaders; body: Buffer }

/** The place in `secrets` of the one that signed it; otherwise what is wrong. `nowMs` is since 1970. */
export function signerOf(
  { headers, body }: Signed,
  secrets: readonly (Secret | undefined)[],
  nowMs: number,
): { signer: number; signature: string } | 'unsigned' | 'late' {
  const signature = headers['x-slack-signature']
  const timestamp = headers['x-slack-request-timestamp']
  if (typeof signature !== 'string' || !/^v0=[0-9a-f]{64}$/.test(signature)) return 'unsigned'
  if (typeof timestamp !== 'string' || !/^\d{1,12}$/.test(timestamp)) return 'unsigned'
  if (Math.abs(nowMs / 1_000 - Number(timestamp)) > MOST_SKEW_S) return 'late'
  const given = Buffer.from(signature)
  // All are tried, so that the time says nothing.
  const right = secrets.map((secret) => secret !== undefined && timingSafeEqual(sign(secret, timestamp, body), given))
  const signer = right.indexOf(true)
  return signer < 0 ? 'unsigned' : { signer, signature }
}

function sign(secret: Secret, timestamp: string, body: Buffer): Buffer {
  const digest = createHmac('sha256', secret.reveal()).update(`v0:${timestamp}:`).update(body).digest('hex')
  return Buffer.from(`v0=${digest}`)
}

export type Seen = {
  /** false: it was here before. */
  take(signature: string): boolean
  /** What could not be stored is not spent: the same bytes may come again. */
  giveBack(signature: string): void
}

/** Of this process: another one has the inbox, which takes each event and each trigger once. `now`: a clock in ms. */
export function rememberSignatures(now: () => number): Seen {
  const seen = new Map<string, number>()
  return {
    take(signature) {
      const at = now()
      for (const [old, since] of seen) {
        if (at - since <= REMEMBER_MS) break
        seen.delete(old)
      }
      if (seen.has(signature)) return false
      seen.set(signature, at)
      return true
    },
    giveBack: (signature) => void seen.delete(signature),
  }
}

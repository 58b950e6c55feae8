// What becomes of a delivery whose bytes have arrived: believed or not, then into the inbox. The signature comes first; before it
// holds, nothing of the body is looked at.

import { isUtf8 } from 'node:buffer'
import type { IncomingHttpHeaders } from 'node:http'
import { verifyWithFallback } from '@octokit/webhooks-methods'
import type { Secret } from '../../../core/secret.ts'
import { GITHUB } from '../../github-app.ts'
import type { Receive } from '../../server/door.ts'
import { jsonDepth } from './json-depth.ts'

export type Verdict = { status: 202 | 400 | 401 | 413; words: string }

export type Delivery = {
  headers: IncomingHttpHeaders
  body: Buffer
  /** The present one first. */
  secrets: readonly [Secret, ...Secret[]]
  receive: Receive
}

/** GitHub's own payloads have about ten. */
const MOST_DEPTH = 64

/** Rejects when the message could not be stored: then it must not be acknowledged. */
export async function acceptDelivery({ headers, body, secrets, receive }: Delivery): Promise<Verdict> {
  const text = isUtf8(body) ? body.toString() : ''
  if (!(await isSigned(text, headers['x-hub-signature-256'], secrets)))
    return { status: 401, words: 'the signature (x-hub-signature-256) is missing or not right' }
  const key = asText(headers['x-github-delivery'], /^[\x21-\x7e]{1,200}$/)
  const topic = asText(headers['x-github-event'], /^[a-z0-9_]{1,60}$/)
  if (key === undefined || topic === undefined)
    return { status: 400, words: 'x-github-delivery or x-github-event is missing' }
  if (jsonDepth(body, MOST_DEPTH) > MOST_DEPTH) return { status: 400, words: 'the JSON is nested too deeply' }
  if (!isObject(text)) return { status: 400, words: 'the body is no JSON object' }
  const received = await receive({ source: GITHUB, key, topic, body: text })
  if (received.kind !== 'refused') return { status: 202, words: received.kind }
  return received.why === 'too-large'
    ? { status: 413, words: 'the body is too large' }
    : { status: 400, words: 'x-github-delivery is no name' }
}

async function isSigned(text: string, signature: unknown, [secret, ...rest]: Delivery['secrets']): Promise<boolean> {
  if (text === '' || typeof signature !== 'string' || signature === '') return false
  const previous = rest.map((each) => each.reveal())
  return await verifyWithFallback(secret.reveal(), text, signature, previous)
}

function asText(value: unknown, shape: RegExp): string | undefined {
  return typeof value === 'string' && shape.test(value) ? value : undefined
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}

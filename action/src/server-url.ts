// Which server a step may speak to: https, or anything on loopback. The origin alone counts: it is also the audience of the
// identity that is shown there. Nothing is asked there.

import { type Parsed, wrong } from '../../src/config/fault.ts'
import { parsePublicUrl } from '../../src/config/public-url.ts'

const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost'])

export function readServerUrl(text: string): Parsed<string> {
  const parsed = parsePublicUrl(text)
  if (parsed.kind !== 'ok') return parsed
  const { protocol, hostname } = new URL(parsed.value)
  if (protocol === 'https:' || LOOPBACK.has(hostname)) return parsed
  return wrong('http would show the identity of this job to everybody on the way', text.replace('http:', 'https:'))
}

// Reads the JSON of a request: a little of it, and only when it says that it is JSON, which no form of another site can.

import { readBytes, type Unread } from '../read-bytes.ts'

const MOST_BYTES = 64 * 1024

/** An empty text when nothing was sent. */
export async function readBody(request: Request): Promise<string | { kind: 'not-json' } | Unread> {
  const bytes = await readBytes(request, MOST_BYTES)
  if (!Buffer.isBuffer(bytes)) return bytes
  if (bytes.length === 0) return ''
  const [type = ''] = (request.headers.get('content-type') ?? '').split(';', 1)
  return type.trim().toLowerCase() === 'application/json' ? bytes.toString() : { kind: 'not-json' }
}

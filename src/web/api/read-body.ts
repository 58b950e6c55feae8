// Reads the JSON of a request: a little of it, and only when it says that it is JSON, which no form of another site can.

const MOST_BYTES = 64 * 1024

/** An empty text when nothing was sent. */
export async function readBody(request: Request): Promise<string | { kind: 'too-large' | 'not-json' | 'cut' }> {
  if (Number(request.headers.get('content-length') ?? 0) > MOST_BYTES) return { kind: 'too-large' }
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const chunk of request.body ?? []) {
      bytes += chunk.length
      if (bytes > MOST_BYTES) return { kind: 'too-large' }
      chunks.push(chunk)
    }
  } catch {
    return { kind: 'cut' }
  }
  if (bytes === 0) return ''
  const [type = ''] = (request.headers.get('content-type') ?? '').split(';', 1)
  return type.trim().toLowerCase() === 'application/json' ? Buffer.concat(chunks).toString() : { kind: 'not-json' }
}

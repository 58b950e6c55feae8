// Reads the body of a request, a little of it, however it comes: announced or in chunks. What it means is not known here.

export type Unread = { kind: 'too-large' | 'cut' }

/** Nothing was sent: no bytes. */
export async function readBytes(request: Request, mostBytes: number): Promise<Buffer | Unread> {
  if (Number(request.headers.get('content-length') ?? 0) > mostBytes) return { kind: 'too-large' }
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const chunk of request.body ?? []) {
      bytes += chunk.length
      if (bytes > mostBytes) return { kind: 'too-large' }
      chunks.push(chunk)
    }
  } catch {
    return { kind: 'cut' }
  }
  return Buffer.concat(chunks)
}

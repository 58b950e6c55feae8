// Reads bodies of requests whole, but no more of them at once than fits: what is too large or too much is refused while it
// arrives. It judges no content.

import type { IncomingMessage } from 'node:http'

/** `cut`: whoever sent it is gone, or was too slow and has been told so. */
export type Untaken = 'too-large' | 'busy' | 'cut'

export type IntakeLimits = {
  /** Of one body. */
  mostBytes: number
  /** Of all bodies that are being read or used at the same time. */
  mostHeldBytes: number
}

/** Reads the body and holds its room until `use` is done with it. */
export type Intake = <A>(request: IncomingMessage, use: (body: Buffer) => Promise<A>) => Promise<A | Untaken>

export function createIntake({ mostBytes, mostHeldBytes }: IntakeLimits): Intake {
  let heldBytes = 0
  return async (request, use) => {
    if (Number(request.headers['content-length'] ?? 0) > mostBytes) return 'too-large'
    const chunks: Buffer[] = []
    let bytes = 0
    const take = (chunk: Buffer): Untaken | undefined => {
      bytes += chunk.length
      heldBytes += chunk.length
      chunks.push(chunk)
      if (bytes > mostBytes) return 'too-large'
      return heldBytes > mostHeldBytes ? 'busy' : undefined
    }
    try {
      const untaken = await readChunks(request, take)
      return untaken ?? (await use(Buffer.concat(chunks, bytes)))
    } finally {
      heldBytes -= bytes
    }
  }
}

async function readChunks(
  request: IncomingMessage,
  take: (chunk: Buffer) => Untaken | undefined,
): Promise<Untaken | undefined> {
  try {
    // Not destroyed: the refusal goes out by the same connection.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      const untaken = take(chunk)
      if (untaken) return untaken
    }
    return request.complete ? undefined : 'cut'
  } catch {
    return 'cut'
  }
}

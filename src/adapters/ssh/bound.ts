// Keeps the beginning and the end of a stream in bounded memory. It neither decodes nor redacts.

export type Bounded = { head: Buffer; tail: Buffer; cutBytes: number }

export type Bound = {
  add(chunk: Buffer): void
  /** Bytes that were lost before they reached us. */
  lose(bytes: number): void
  read(): Bounded
}

/** At most `limit` bytes of each end. */
export function createBound(limit: number): Bound {
  const head: Buffer[] = []
  let headBytes = 0
  let tail: Buffer[] = []
  let tailBytes = 0
  let cut = 0

  function squeeze() {
    const whole = Buffer.concat(tail)
    const kept = whole.subarray(Math.max(0, whole.length - limit))
    cut += whole.length - kept.length
    tail = [Buffer.from(kept)]
    tailBytes = kept.length
  }

  return {
    add(chunk) {
      const first = chunk.subarray(0, limit - headBytes)
      if (first.length > 0) head.push(Buffer.from(first))
      headBytes += first.length
      const rest = chunk.subarray(first.length)
      if (rest.length === 0) return
      tail.push(Buffer.from(rest))
      tailBytes += rest.length
      if (tailBytes > 2 * limit || tail.length > 1_000) squeeze()
    },
    lose(bytes) {
      cut += bytes
    },
    read() {
      squeeze()
      return { head: Buffer.concat(head), tail: tail[0] ?? Buffer.alloc(0), cutBytes: cut }
    },
  }
}

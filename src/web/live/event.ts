// Server-sent events as bytes (WHATWG HTML, 9.2). JSON has no line breaks of its own, so hostile text cannot begin a field.

const encoder = new TextEncoder()

/** A comment: it shows that the connection lives, and proxies do not cut it. */
export const BEAT: Uint8Array = encoder.encode(': beat\n\n')

export function encodeEvent(event: string, { id, data }: { id: string; data: object }): Uint8Array {
  return encoder.encode(`event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`)
}

/** Everything up to number `seq`. */
export type Told = { seq: number; bytes: Uint8Array }

/** The number in the id of the last event that a listener got; `undefined`: of something else, or none at all. */
export function seqOf(lastEventId: string | undefined, of: { id: string; newest: number }): number | undefined {
  const [, id, digits] = /^(.{1,64})-(\d{1,15})$/.exec(lastEventId ?? '') ?? []
  const seq = Number(digits)
  return id === of.id && seq <= of.newest ? seq : undefined
}

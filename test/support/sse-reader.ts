// Reads server-sent events for tests, as a browser does: blocks of fields, comments left out.

export type SseEvent = { event: string; id: string; data: unknown }

export class SseReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  readonly #decoder = new TextDecoder()
  #text = ''
  beats = 0

  constructor(body: ReadableStream<Uint8Array> | null) {
    if (!body) throw new Error('no body')
    this.#reader = body.getReader()
  }

  /** The next event; `undefined` at the end. */
  async next(): Promise<SseEvent | undefined> {
    for (;;) {
      const end = this.#text.indexOf('\n\n')
      if (end >= 0) {
        const block = this.#text.slice(0, end)
        this.#text = this.#text.slice(end + 2)
        if (!block.startsWith(':')) return eventOf(block)
        this.beats += 1
        continue
      }
      const { done, value } = await this.#reader.read()
      if (done) return undefined
      this.#text += this.#decoder.decode(value, { stream: true })
    }
  }

  cancel(): Promise<void> {
    return this.#reader.cancel()
  }
}

function eventOf(block: string): SseEvent {
  const fields = new Map(
    block.split('\n').map((line) => {
      const at = line.indexOf(': ')
      return [line.slice(0, at), line.slice(at + 2)]
    }),
  )
  return {
    event: fields.get('event') ?? '',
    id: fields.get('id') ?? '',
    data: JSON.parse(fields.get('data') ?? 'null'),
  }
}

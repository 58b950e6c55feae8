// Server-sent events as they arrive (WHATWG HTML, 9.2), as far as Houston writes them: an event, an id, one line of data.

export type ServerEvent = { event: string; id: string; data: string }

/** Longer lines are no event of ours: 100,000 hosts fit with room to spare. */
const LONGEST = 64 * 1024 * 1024

/** `heard` is called for whatever arrives, a beat too. */
export async function* readEvents(body: ReadableStream<Uint8Array>, heard: () => void): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of body) {
    heard()
    rest += decoder.decode(chunk, { stream: true })
    if (rest.length > LONGEST) throw new Error('an event of the server is too long')
    const blocks = rest.split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const event = readEvent(block)
      if (event) yield event
    }
  }
}

/** `undefined`: a comment, which only shows that the connection lives. */
function readEvent(block: string): ServerEvent | undefined {
  const fields = new Map(
    block.split('\n').map((line) => {
      const at = line.indexOf(': ')
      return [line.slice(0, at), line.slice(at + 2)] as const
    }),
  )
  const [event, id, data] = ['event', 'id', 'data'].map((name) => fields.get(name))
  return event === undefined || id === undefined || data === undefined ? undefined : { event, id, data }
}

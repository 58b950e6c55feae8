// Reads server-sent events from a body (WHATWG HTML, 9.2.6): the fields that the server writes, whatever pieces they come in.

export type ServerEvent = { event: string; id: string; data: string }

/** Ends with the body; a stream that is cut throws what the body throws. */
export async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder()
  let rest = ''
  let fields: Record<string, string> = {}
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines.map((each) => each.replace(/\r$/, ''))) {
      if (line !== '') {
        const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? []
        fields[name] = value
        continue
      }
      const { event = 'message', id = '', data } = fields
      if (data !== undefined) yield { event, id, data }
      fields = {}
    }
  }
}

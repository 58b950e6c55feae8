// A collector of traces on loopback: takes OTLP as JSON over HTTP, as its specification says, and keeps what it got. It may also
// refuse, hang or be away.

import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import { z } from 'zod'

const scalar = z
  .object({ stringValue: z.string() })
  .transform(({ stringValue }) => stringValue)
  .or(z.object({ intValue: z.number() }).transform(({ intValue }) => intValue))
  .or(z.object({ boolValue: z.boolean() }).transform(({ boolValue }) => boolValue))

const attributes = z
  .array(z.object({ key: z.string(), value: scalar }))
  .transform((pairs) => Object.fromEntries(pairs.map(({ key, value }) => [key, value])))

const ms = z
  .string()
  .regex(/^\d+$/)
  .transform((nanos) => Number(BigInt(nanos) / 1_000n) / 1_000)

const span = z.object({
  traceId: z.string().regex(/^[0-9a-f]{32}$/),
  spanId: z.string().regex(/^[0-9a-f]{16}$/),
  parentSpanId: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .optional(),
  name: z.string(),
  kind: z.number(),
  startTimeUnixNano: ms,
  endTimeUnixNano: ms,
  attributes,
  status: z.object({ code: z.number(), message: z.string().optional() }),
})

const request = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes }),
      scopeSpans: z.array(z.object({ scope: z.object({ name: z.string() }), spans: z.array(span) })),
    }),
  ),
})

export type Got = {
  trace: string
  id: string
  parent: string | undefined
  name: string
  kind: number
  from: number
  to: number
  attributes: Record<string, string | number | boolean>
  /** Of a span that did not go well. */
  fault: string | undefined
  resource: Record<string, string | number | boolean>
}

/** `hang`: takes the request and never answers. */
export type Mood = 'take' | 'hang' | number

export type Collector = {
  url: string
  spans: Got[]
  headers: IncomingHttpHeaders[]
  mood: Mood
  close(): void
}

export async function openCollector(): Promise<Collector> {
  const collector: Collector = { url: '', spans: [], headers: [], mood: 'take', close: () => {} }
  const server = createServer(async (asked, answer) => {
    const chunks: Buffer[] = []
    for await (const chunk of asked) chunks.push(chunk)
    collector.headers.push(asked.headers)
    take(collector, Buffer.concat(chunks).toString(), answer)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  collector.url = `http://127.0.0.1:${port}`
  collector.close = () => {
    server.close()
    server.closeAllConnections()
  }
  return collector
}

function take(collector: Collector, body: string, answer: ServerResponse): void {
  if (collector.mood === 'hang') return
  if (typeof collector.mood === 'number') {
    answer.writeHead(collector.mood).end()
    return
  }
  for (const { resource, scopeSpans } of request.parse(JSON.parse(body)).resourceSpans)
    for (const { spans } of scopeSpans) collector.spans.push(...spans.map((each) => gotOf(each, resource.attributes)))
  answer.writeHead(200, { 'content-type': 'application/json' }).end('{}')
}

function gotOf(each: z.infer<typeof span>, resource: Got['resource']): Got {
  const { traceId: trace, spanId: id, parentSpanId: parent, name, kind, status } = each
  const fault = status.code === 2 ? (status.message ?? '') : undefined
  const times = { from: each.startTimeUnixNano, to: each.endTimeUnixNano }
  return { trace, id, parent, name, kind, ...times, attributes: each.attributes, fault, resource }
}

// A process of many people who watch one page: it opens event streams, and counts what arrives without looking into it.

import { type IncomingMessage, request } from 'node:http'

type Told = { kind: 'watch'; url: string; count: number } | { kind: 'leave' }

let streams: IncomingMessage[] = []
const sum = { events: 0, bytes: 0 }

process.on('message', async (told: Told) => {
  if (told.kind === 'watch') {
    streams = await Promise.all(Array.from({ length: told.count }, () => open(told.url)))
    process.send?.({ open: streams.length })
    return
  }
  for (const stream of streams) stream.destroy()
  process.send?.({ ...sum })
  Object.assign(sum, { events: 0, bytes: 0 })
})
process.on('disconnect', () => process.exit(0))

/** Resolves with the first bytes: the snapshot has begun to arrive. */
function open(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers: { accept: 'text/event-stream' } }, (stream) => {
      stream.once('data', () => resolve(stream))
      stream.on('data', (chunk: Buffer) => {
        sum.bytes += chunk.length
        if (chunk.includes('event: ')) sum.events += 1
      })
      stream.on('error', () => {})
    })
    asked.on('error', reject).end()
  })
}

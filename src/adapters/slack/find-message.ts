// Looks a message up by the marker in its metadata. Only the newest of a channel are read: it is asked soon after the message
// may have been written.

import { z } from 'zod'
import type { Call } from './call.ts'

export const EVENT_TYPE = 'houston_object'
const MOST_PAGES = 5
const PAGE = 200

const answer = z.object({
  messages: z.array(
    z.object({
      ts: z.string(),
      metadata: z.object({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()) }).optional(),
    }),
  ),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
})

/** Its time stamp; `undefined` when there is none. `thread`: it hangs under this message. */
export async function findMessage(
  call: Call,
  where: { channel: string; thread?: string },
  marker: string,
): Promise<string | undefined> {
  const method = where.thread === undefined ? 'conversations.history' : 'conversations.replies'
  let cursor: string | undefined
  for (let page = 0; page < MOST_PAGES; page++) {
    const given = { channel: where.channel, ...(where.thread !== undefined && { ts: where.thread }) }
    const all = { ...given, limit: PAGE, include_all_metadata: true, ...(cursor !== undefined && { cursor }) }
    const { messages, response_metadata } = answer.parse(await call(method, all))
    const found = messages.find(
      ({ metadata }) => metadata?.event_type === EVENT_TYPE && metadata.event_payload.marker === marker,
    )
    if (found) return found.ts
    cursor = response_metadata?.next_cursor
    if (!cursor) return undefined
  }
  return undefined
}

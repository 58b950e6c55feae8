// The port `Chat` on Slack: finds, creates and updates the messages that tell of a rollout. Every call is one attempt that ends in
// time; what an error means is data. It decides nothing about what is told.

import { z } from 'zod'
import type { ChatObject } from '../../core/project-chat.ts'
import type { Chat, Outgoing, Written } from '../../engine/ports-outside.ts'
import { readAddress, writeAddress } from './address.ts'
import { type Fault, faultOf } from './fault.ts'
import { EVENT_TYPE, findMessage } from './find-message.ts'
import { callTo, type Place, placeOf, type Workspaces } from './place.ts'
import { createSendMessage } from './send-message.ts'

/** The projector's limit for a call. */
const LONGEST_MS = 8_000

export function createChat(workspaces: Workspaces): Chat {
  const sendMessage = createSendMessage()
  return {
    async find(object, signal) {
      const found = await attempt(signal, async (inTime) => {
        const place = await placeOf(workspaces, object, inTime)
        return place.kind === 'place' ? await find(place, object.marker) : place
      })
      // What it hangs under is gone, and it with it.
      return found.kind === 'gone' ? { kind: 'absent' } : found
    },

    create: (object, signal) =>
      attempt<Written>(signal, async (inTime) => {
        const place = await placeOf(workspaces, object, inTime)
        if (place.kind !== 'place') return place
        const { call, target } = place
        const sending = { team: target.team, method: 'chat.postMessage', given: newMessage(place, object) } as const
        const { ts } = posted.parse(await sendMessage(call, sending, object.content))
        return { kind: 'done', id: writeAddress({ ...target, ts }) }
      }),

    update: (id, { content }, signal) =>
      attempt<Written>(signal, async (inTime) => {
        const { team, channel, ts } = readAddress(id)
        const call = callTo(workspaces, team, inTime)
        if (typeof call !== 'function') return call
        await sendMessage(call, { team, method: 'chat.update', given: { channel, ts } }, content)
        return { kind: 'done', id }
      }),
  }
}

const posted = z.object({ ts: z.string() })

async function find({ call, target }: Place, marker: string) {
  const ts = await findMessage(call, target, marker)
  if (ts === undefined) return { kind: 'absent' } as const
  return { kind: 'found', id: writeAddress({ ...target, ts }) } as const
}

function newMessage({ target }: Place, { marker, content }: Outgoing<ChatObject>): Record<string, unknown> {
  return {
    ...{ channel: target.channel, unfurl_links: false, unfurl_media: false },
    metadata: { event_type: EVENT_TYPE, event_payload: { marker } },
    ...(target.thread !== undefined && { thread_ts: target.thread }),
    // The channel hears of a halt, not only those who follow the thread.
    ...(content.kind === 'halted' && { reply_broadcast: true }),
  }
}

async function attempt<A>(signal: AbortSignal, act: (inTime: AbortSignal) => Promise<A | Fault>): Promise<A | Fault> {
  const inTime = AbortSignal.any([signal, AbortSignal.timeout(LONGEST_MS)])
  try {
    return await act(inTime)
  } catch (error) {
    return inTime.aborted ? { kind: 'unsure', why: 'no answer in time' } : faultOf(error)
  }
}

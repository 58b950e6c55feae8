// chat.*: messages, their changes, and what only one person sees.

import { blocksOf, type Call, flag, json, type Method, needed, objectOf, Refused, text, writable } from './call.ts'
import { directChannel, type Message, nextTs } from './town.ts'

const LONGEST_TEXT = 40_000

export const chatMethods: Record<string, Method> = {
  'chat.postMessage': (call) => {
    const { town } = call
    const to = needed(call, 'channel')
    const channel = town.people.has(to) ? directChannel(town, to) : writable(call)
    const thread = text(call, 'thread_ts')
    const message: Message = {
      ...contentOf(call),
      ...{
        channel: channel.id,
        ts: nextTs(town),
        user: town.bot.id,
        edits: 0,
        broadcast: flag(call, 'reply_broadcast'),
      },
      ...(thread !== undefined && { thread }),
    }
    town.messages.push(message)
    return { ok: true, channel: channel.id, ts: message.ts, message: show(message) }
  },
  'chat.update': (call) => {
    const message = ownMessage(call)
    Object.assign(message, contentOf(call), { edits: message.edits + 1 })
    return { ok: true, channel: message.channel, ts: message.ts, text: message.text, message: show(message) }
  },
  'chat.delete': (call) => {
    const message = ownMessage(call)
    call.town.messages = call.town.messages.filter((each) => each !== message)
    return { ok: true, channel: message.channel, ts: message.ts }
  },
  'chat.postEphemeral': (call) => {
    const channel = writable(call)
    const user = needed(call, 'user')
    if (!channel.members.has(user)) throw new Refused('user_not_in_channel')
    const { text: words, blocks } = contentOf(call)
    const thread = text(call, 'thread_ts')
    call.town.ephemerals.push({
      user,
      channel: channel.id,
      text: words,
      blocks,
      ...(thread !== undefined && { thread }),
    })
    return { ok: true, message_ts: nextTs(call.town) }
  },
  'chat.getPermalink': (call) => {
    const ts = needed(call, 'message_ts')
    const channel = needed(call, 'channel')
    return {
      ok: true,
      channel,
      permalink: `https://${call.town.domain}.slack.com/archives/${channel}/p${ts.replace('.', '')}`,
    }
  },
}

/** As Slack shows a message. */
export function show({ channel: _, thread, broadcast: __, edits, ...message }: Message) {
  return {
    ...{ type: 'message', ...message, bot_id: 'B0HOUSTON', app_id: 'A0HOUSTON' },
    ...(thread !== undefined && { thread_ts: thread }),
    ...(edits > 0 && { edited: { user: message.user, ts: message.ts } }),
  }
}

function contentOf(call: Call): Pick<Message, 'text' | 'blocks' | 'metadata'> {
  const words = text(call, 'text') ?? ''
  const blocks = blocksOf(call)
  if (words === '' && blocks.length === 0) throw new Refused('no_text')
  if (words.length > LONGEST_TEXT) throw new Refused('msg_too_long')
  const metadata = json(call, 'metadata') === undefined ? undefined : objectOf(call, 'metadata')
  return { text: words, blocks, ...(metadata && { metadata }) }
}

function ownMessage(call: Call): Message {
  const channel = writable(call)
  const ts = needed(call, 'ts')
  const found = call.town.messages.find((each) => each.channel === channel.id && each.ts === ts)
  if (!found) throw new Refused('message_not_found')
  if (found.user !== call.town.bot.id) throw new Refused('cant_update_message')
  return found
}

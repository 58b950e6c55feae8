// conversations.*: channels, and what is found in them.

import { type Call, flag, type Method, needed, Refused, readable, text } from './call.ts'
import { show } from './methods-chat.ts'
import { directChannel, type Message } from './town.ts'

const MOST = 100

export const conversationMethods: Record<string, Method> = {
  'conversations.open': (call) => {
    const user = needed(call, 'users')
    if (!call.town.people.has(user)) throw new Refused('user_not_found')
    return { ok: true, channel: { id: directChannel(call.town, user).id } }
  },
  'conversations.info': (call) => {
    const { id, name, archived, members, direct } = readable(call)
    const is_member = members.has(call.town.bot.id)
    return { ok: true, channel: { id, name, is_archived: archived, is_member, is_im: direct !== undefined } }
  },
  'conversations.list': ({ town }) => {
    const channels = [...town.channels.values()].filter(({ direct }) => direct === undefined)
    return {
      ok: true,
      channels: channels.map(({ id, name }) => ({ id, name })),
      response_metadata: { next_cursor: '' },
    }
  },
  'conversations.join': (call) => {
    const channel = readable(call)
    channel.members.add(call.town.bot.id)
    return { ok: true, channel: { id: channel.id, name: channel.name } }
  },
  'conversations.members': (call) => ({ ok: true, members: [...readable(call).members] }),
  /** The newest first; replies only when they were broadcast. */
  'conversations.history': (call) => {
    const shown = within(call).filter(({ thread, broadcast }) => thread === undefined || broadcast)
    return page(call, shown.reverse())
  },
  /** The thread's beginning, and then the oldest first. */
  'conversations.replies': (call) => {
    const ts = needed(call, 'ts')
    const all = within(call).filter((each) => each.ts === ts || each.thread === ts)
    if (all.length === 0) throw new Refused('thread_not_found')
    return page(call, all)
  },
}

function within(call: Call): Message[] {
  const channel = readable(call)
  if (!channel.members.has(call.town.bot.id)) throw new Refused('not_in_channel')
  const [oldest, latest] = [text(call, 'oldest') ?? '0', text(call, 'latest') ?? '9999999999.999999']
  const inclusive = flag(call, 'inclusive')
  return call.town.messages.filter(
    ({ channel: where, ts }) =>
      where === channel.id && (inclusive ? ts >= oldest && ts <= latest : ts > oldest && ts < latest),
  )
}

function page(call: Call, messages: readonly Message[]) {
  const from = Number(text(call, 'cursor') ?? 0)
  const limit = Math.min(Number(text(call, 'limit') ?? MOST), 999)
  const next = from + limit < messages.length ? String(from + limit) : ''
  const metadata = flag(call, 'include_all_metadata')
  const shown = messages.slice(from, from + limit).map((message) => {
    const { metadata: kept, ...rest } = show(message)
    return metadata && kept ? { ...rest, metadata: kept } : rest
  })
  return { ok: true, messages: shown, has_more: next !== '', response_metadata: { next_cursor: next } }
}

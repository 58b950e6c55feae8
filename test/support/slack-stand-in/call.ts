// A call of the Web API as the stand-in's methods see it. It knows no method.

import { z } from 'zod'
import type { Body, Channel, Town } from './town.ts'

export type Call = { town: Town; args: Readonly<Record<string, unknown>> }

export type Method = (call: Call) => Body

/** Answered as `{ ok: false, error }`. */
export class Refused extends Error {}

const object = z.record(z.string(), z.unknown())
const list = z.array(object)

export function text(call: Call, name: string): string | undefined {
  const value = call.args[name]
  if (value === undefined || value === null || value === '') return undefined
  return typeof value === 'string' ? value : String(value)
}

export function needed(call: Call, name: string): string {
  const value = text(call, name)
  if (value === undefined) throw new Refused('invalid_arguments')
  return value
}

export function flag(call: Call, name: string): boolean {
  return text(call, name) === 'true' || text(call, name) === '1'
}

/** A form carries objects as JSON. */
export function json(call: Call, name: string): unknown {
  const value = call.args[name]
  try {
    return typeof value === 'string' ? JSON.parse(value) : value
  } catch {
    throw new Refused('invalid_arguments')
  }
}

export function blocksOf(call: Call): Body[] {
  const parsed = list.safeParse(json(call, 'blocks') ?? [])
  if (!parsed.success) throw new Refused('invalid_blocks_format')
  return parsed.data
}

export function objectOf(call: Call, name: string): Body | undefined {
  const value = json(call, name)
  return value === undefined || value === null ? undefined : object.parse(value)
}

/** Where the bot may write. */
export function writable(call: Call): Channel {
  const channel = readable(call)
  if (channel.archived) throw new Refused('is_archived')
  if (!channel.members.has(call.town.bot.id)) throw new Refused('not_in_channel')
  return channel
}

export function readable({ town, args }: Call): Channel {
  const channel = town.channels.get(String(args.channel))
  if (!channel) throw new Refused('channel_not_found')
  return channel
}

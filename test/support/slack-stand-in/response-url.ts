// Response URLs: for half an hour and five uses, an answer where somebody asked.

import { z } from 'zod'
import { type Body, nextTs, type Town } from './town.ts'

const LASTS_MS = 30 * 60_000
const USES = 5

const shape = z.object({
  text: z.string().default(''),
  blocks: z.array(z.record(z.string(), z.unknown())).default([]),
  response_type: z.enum(['ephemeral', 'in_channel']).default('ephemeral'),
  replace_original: z.boolean().optional(),
  delete_original: z.boolean().default(false),
})

export function respond(towns: readonly Town[], id: string, args: Body): { status: number; body: string } {
  const town = towns.find(({ responses }) => responses.has(id))
  const place = town?.responses.get(id)
  if (!town || !place || Date.now() - place.at > LASTS_MS)
    return { status: 404, body: '{"ok":false,"error":"expired_url"}' }
  place.uses += 1
  if (place.uses > USES) return { status: 404, body: '{"ok":false,"error":"used_url"}' }
  const { text, blocks, response_type, delete_original, ...rest } = shape.parse(args)
  const { user, channel, ts } = place
  // Slack has replaced what was pressed, and has not, for those who did not say: the worse of the two.
  const replace_original = rest.replace_original ?? ts !== undefined
  const original = town.messages.find((each) => each.channel === channel && each.ts === ts)
  if ((replace_original || delete_original) && !original) town.ephemerals.pop()
  if (delete_original) town.messages = town.messages.filter((each) => each !== original)
  else if (replace_original && original) Object.assign(original, { text, blocks, edits: original.edits + 1 })
  else if (response_type === 'ephemeral') town.ephemerals.push({ user, channel, text, blocks })
  else town.messages.push({ channel, ts: nextTs(town), user: town.bot.id, text, blocks, broadcast: false, edits: 0 })
  return { status: 200, body: '{"ok":true}' }
}

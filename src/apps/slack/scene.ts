// Something that a person asked, and everything around it: who, where, when, and how they are answered.

import type { Person } from '../../core/intent.ts'
import type { Asker } from '../../engine/ports-desk.ts'
import type { Actor } from './door/arrivals.ts'
import type { Said } from './door/talk.ts'
import type { Where } from './places.ts'

export type Scene = {
  actor: Actor
  person: Person
  where: Where & { thread?: string }
  intent: string
  /** Ms since 1970. */
  at: number
  /** Seen by whoever asked, and by nobody else. */
  answer: (said: Said) => Promise<void>
}

export function askerOf({ person, intent, at, where }: Scene): Asker {
  // From the Home tab there is no channel.
  return { person, intent, at, ...(where.channel !== '' && { asked: { chat: where } }) }
}

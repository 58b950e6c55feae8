// A wish: an automatic deploy of a commit to one environment, kept in the inbox under a source of its own. So it may wait for a
// running rollout or a lock, survives restarts, and each environment waits for itself.

import { z } from 'zod'
import type { Person } from '../../core/intent.ts'
import type { InboxRow } from '../../engine/ports-inbox.ts'
import type { Means } from './means.ts'

export const WISHES = 'github-wish'

const wishSchema = z.strictObject({
  trigger: z.enum(['merge', 'green']),
  repository: z.string(),
  environment: z.string(),
  /** Full SHA, the head of the default branch when it was wished for. */
  commit: z.string(),
  by: z.strictObject({ via: z.literal('github'), id: z.string(), name: z.string() }),
})

export type Wish = Omit<z.infer<typeof wishSchema>, 'by'> & { by: Person }

/** `cause`: the delivery that it comes from. When it returns, the wish is committed. */
export async function sendWish({ engine }: Pick<Means, 'engine'>, cause: string, wish: Wish): Promise<void> {
  const key = `${cause}/${wish.environment}`
  const received = await engine.receive({ source: WISHES, key, topic: wish.trigger, body: JSON.stringify(wish) })
  if (received.kind === 'refused') throw new RangeError(`a wish that the inbox refuses: ${received.why}`)
}

export function readWish({ body }: Pick<InboxRow, 'body'>): Wish {
  return wishSchema.parse(JSON.parse(body))
}

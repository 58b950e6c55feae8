// Asks something of an environment's latest rollout.

import type { Target } from '../../core/command.ts'
import { type Ask, type Person, refused } from '../../core/intent.ts'
import { intentOfAsk, noteRefusal } from '../../engine/audit.ts'
import type { Means } from './means.ts'
import type { Outcome } from './scene.ts'

export async function askLatest(
  { engine, store }: Means,
  { target, by, intent, ask }: { target: Target; by: Person; intent: string; ask: Ask },
): Promise<Outcome> {
  const [latest] = await store.rollouts({ ...target, limit: 1 })
  if (latest) return await engine.askOnce(intent, { rollout: latest.id, by, ask })
  return await noteRefusal(store, intentOfAsk(target, { by, ask, intent }), refused('no-rollout'))
}

// Whether a lock keeps somebody from carrying a rollout further that exists already. The start of one is checked by the store.

import type { Ask, Person, Refusal } from '../core/intent.ts'
import { carriesFurther, lockHeld, lockInTheWay } from '../core/lock.ts'
import type { RolloutSummary } from './ports.ts'
import type { LockStore } from './ports-locks.ts'

export async function lockedOut(
  store: LockStore,
  rollout: Pick<RolloutSummary, 'application' | 'environment' | 'kind'>,
  { by, ask }: { by: Person; ask: Ask },
): Promise<Refusal | undefined> {
  if (!carriesFurther(ask)) return undefined
  const { locks, now } = await store.locks(rollout)
  const lock = lockInTheWay(locks, { kind: rollout.kind, by, automatic: false })
  return lock && lockHeld(lock, now)
}

// Whether a lock keeps somebody from carrying a rollout further that exists already. The start of one is checked by the store.

import type { Ask, Person, Refusal } from '../core/intent.ts'
import { carriesFurther, lockHeld, lockInTheWay } from '../core/lock.ts'
import type { RolloutSummary } from './ports.ts'
import type { LockStore } from './ports-locks.ts'

export async function lockedOut(
  store: LockStore,
  rollout: Pick<RolloutSummary, 'application' | 'environment' | 'kind' | 'cursor' | 'requestedBy'>,
  { by, ask }: { by: Person; ask: Ask },
): Promise<Refusal | undefined> {
  if (!carriesFurther(ask)) return undefined
  const { locks, now } = await store.locks(rollout)
  const { kind, cursor, requestedBy } = rollout
  const automatic = ask.kind === 'approve' && cursor.approvals?.automatic === true
  const lock = lockInTheWay(locks, { kind, by, automatic })
  // Approved, it is the requester's rollout that goes on: a lock of theirs is not in its way, nor is the approver's own.
  const own = ask.kind === 'approve' && !lockInTheWay(locks, { kind, by: requestedBy, automatic })
  return lock && !own ? lockHeld(lock, now) : undefined
}

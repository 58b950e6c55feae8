// From merged to deployed: how long each commit of a rollout took, from its making to the last host that runs it.

import type { Origin } from './origin.ts'
import type { RolloutKind } from './plan.ts'

/** Times are ms since 1970; those of the commit are as the forge told them, and absent where it did not. */
export type LeadTime = {
  rollout: string
  commit: string
  committedAt?: number
  mergedAt?: number
  /** When the rollout was asked for. */
  queuedAt: number
  /** When the first host, and the last one, was read back to run it. */
  firstHostAt: number
  lastHostAt: number
}

/** Of a rollout that succeeded. A rollback brings nothing new; neither does one of which no commit is known. */
export function leadTimes(
  { id, kind, origin, createdAt }: { id: string; kind: RolloutKind; origin?: Origin; createdAt: number },
  hosts: { firstAt: number; lastAt: number },
): LeadTime[] {
  if (kind !== 'deploy') return []
  const times = { queuedAt: createdAt, firstHostAt: hosts.firstAt, lastHostAt: hosts.lastAt }
  return (origin?.commits ?? []).map(({ sha, committedAt, mergedAt }) => ({
    ...{ rollout: id, commit: sha },
    ...(committedAt !== undefined && { committedAt }),
    ...(mergedAt !== undefined && { mergedAt }),
    ...times,
  }))
}

// A rollout in a list, as the API tells of it.

import type { RolloutSummary } from '../../engine/ports.ts'
import type { Summary } from './schema/rollout.ts'

export function summaryOf(rollout: RolloutSummary): Summary {
  const { id, kind, application, environment, releaseId, cursor, requestedBy, reason, createdAt, finishedAt } = rollout
  return {
    ...{ rollout: id, kind, application, environment, release: releaseId, phase: cursor.phase, requestedBy, createdAt },
    ...(reason !== undefined && { reason }),
    ...(finishedAt !== undefined && { finishedAt }),
    ...(cursor.halt && { halt: cursor.halt }),
  }
}

// How urgent a queued host is. Hosts that are out of service already come before those that run something.

import type { Rank } from './plan.ts'
import type { RolloutState } from './rollout-state.ts'

const URGENCY: Readonly<Record<Rank, number>> = { failed: 0, unknown: 1, older: 2, current: 2 }

/** Less is sooner. One that failed in this rollout is as urgent as one that had failed before. */
export function urgencyOf(state: RolloutState, host: number): number {
  const rank = state.plan.hosts[host]?.rank ?? 'failed'
  return (state.hosts[host]?.attempt ?? 1) > 1 ? 0 : URGENCY[rank]
}

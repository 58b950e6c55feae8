// Decides which release a rollback goes back to and which hosts it touches: from the record of what ran on each host,
// never from "the one before".

import type { RolloutKind } from './plan.ts'
import type { RolloutPhase } from './rollout.ts'

/** One rollout of the environment, as far as this decision needs it. */
export type PastRollout = { id: string; kind: RolloutKind; releaseId: string; phase: RolloutPhase }

/** One interval in which a host ran a release well. */
export type PastRelease = { name: string; release: string; from: number }

/**
 * The release that most of these hosts ran well before `bad`, the newest among equals; releases that somebody rolled back
 * from are not good. `undefined` when nothing else was ever good here.
 */
export function rollbackTarget(input: {
  bad: string
  /** Newest first. */
  rollouts: readonly PastRollout[]
  releases: readonly PastRelease[]
  touched: ReadonlySet<string>
}): string | undefined {
  const spoilt = rolledBackFrom(input.rollouts).add(input.bad)
  const before = new Map<string, PastRelease>()
  for (const each of input.releases) {
    if (spoilt.has(each.release) || !input.touched.has(each.name)) continue
    const best = before.get(each.name)
    if (!best || each.from > best.from) before.set(each.name, each)
  }
  return mostCommon([...before.values()])
}

/** Releases that were left by a rollback and not rolled out well since. */
function rolledBackFrom(rollouts: readonly PastRollout[]): Set<string> {
  const spoilt = new Set<string>()
  for (let i = rollouts.length - 1; i >= 0; i--) {
    const each = rollouts[i]
    const older = rollouts[i + 1]
    if (!each) continue
    if (each.kind === 'rollback' && older) spoilt.add(older.releaseId)
    if (each.phase === 'succeeded') spoilt.delete(each.releaseId)
  }
  return spoilt
}

function mostCommon(releases: readonly PastRelease[]): string | undefined {
  const votes = new Map<string, { hosts: number; newest: number }>()
  for (const { release, from } of releases) {
    const vote = votes.get(release) ?? { hosts: 0, newest: 0 }
    votes.set(release, { hosts: vote.hosts + 1, newest: Math.max(vote.newest, from) })
  }
  const ranked = [...votes].sort(([, a], [, b]) => b.hosts - a.hosts || b.newest - a.newest)
  return ranked[0]?.[0]
}

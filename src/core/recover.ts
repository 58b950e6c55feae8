// What must be done again after a rollout was taken over: whatever was decided and may not have been performed.

import { hasEnded, type RolloutEffect } from './rollout.ts'
import { moveHost, type RolloutState } from './rollout-state.ts'

/**
 * The effects that bring the world to what the state says. Hosts that were claimed are run again, which attaches to what
 * is there; after a halt was committed they are only attached to, never begun (THREATS.md, invariant 5).
 */
export function recover(state: RolloutState): RolloutEffect[] {
  const { phase, stage, bakeUntil } = state.cursor
  // A superseded one has hosts in flight for ever; those belong to whatever took its place.
  if (hasEnded(phase)) return []
  const effects: RolloutEffect[] = []
  const mayBegin = phase !== 'halting'
  state.hosts.forEach((host, index) => {
    if (host.phase !== 'running') return
    moveHost(state, index, { ...host, begun: true })
    effects.push({ kind: 'run-host', host: index, attempt: host.attempt, mayBegin })
  })
  if (phase === 'baking' && bakeUntil !== undefined) effects.push({ kind: 'set-bake', stage, dueAt: bakeUntil })
  return effects
}

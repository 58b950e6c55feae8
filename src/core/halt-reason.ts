// Says whether the failures so far halt the rollout, and why. Nothing here can fail or wait.

import type { HaltReason } from './rollout.ts'
import type { RolloutState } from './rollout-state.ts'

/** `zone` is where the last failure happened: no other zone's budget can have been broken by it. */
export function haltReason(state: RolloutState, zone: number): HaltReason | undefined {
  return stageReason(state) ?? zoneReason(state, zone) ?? fleetReason(state)
}

function stageReason({ plan, cursor, tally }: RolloutState): HaltReason | undefined {
  const stage = plan.stages[cursor.stage]
  if (stage?.maxFailures === undefined) return undefined
  const failed = (tally.stages[cursor.stage]?.failed ?? 0) - cursor.forgiven.stage
  if (failed <= stage.maxFailures) return undefined
  return { kind: 'stage-budget', stage: stage.name, failed, budget: stage.maxFailures, of: stage.hosts }
}

function zoneReason({ plan, cursor, tally }: RolloutState, index: number): HaltReason | undefined {
  const zone = plan.zones[index]
  if (zone?.maxFailures === undefined) return undefined
  const failed = (tally.zones[index]?.failed ?? 0) - (cursor.forgiven.zones[index] ?? 0)
  if (failed <= zone.maxFailures) return undefined
  return { kind: 'zone-budget', zone: zone.name, failed, budget: zone.maxFailures, of: zone.planned }
}

function fleetReason({ plan, cursor, tally }: RolloutState): HaltReason | undefined {
  if (plan.fleet.maxFailures === undefined) return undefined
  const failed = tally.failed - cursor.forgiven.fleet
  if (failed <= plan.fleet.maxFailures) return undefined
  return { kind: 'fleet-budget', failed, budget: plan.fleet.maxFailures, of: plan.fleet.planned }
}

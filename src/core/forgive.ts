// Failures that a person has seen and set aside with `resume`: budgets count from there. Which hosts they are is kept, so
// that a forgiven one that is well again leaves no room for another failure.

import type { RolloutState } from './rollout-state.ts'
import { isUnwell } from './tally.ts'

/** Sets every failure so far aside. Linear in the fleet; a person asked for it. */
export function forgiveAll(state: RolloutState): void {
  const { cursor, tally } = state
  const hosts = state.hosts.flatMap(({ phase }, index) => (isUnwell(phase) ? [index] : []))
  const stage = tally.stages[cursor.stage]?.failed ?? 0
  const zones = tally.zones.map((zone) => zone.failed)
  state.cursor = { ...cursor, forgiven: { fleet: tally.failed, stage, zones, hosts } }
}

/** Nothing is set aside any more. */
export function forgiveNone(state: RolloutState): void {
  state.cursor = { ...state.cursor, forgiven: { fleet: 0, stage: 0, zones: state.plan.zones.map(() => 0) } }
}

/** The host is no longer one that failed: it was seen again, or a person took it out. */
export function unforgive(state: RolloutState, host: number): void {
  const { forgiven, stage } = state.cursor
  if (!forgiven.hosts?.includes(host)) return
  const stageOfHost = state.stageOf[host] ?? 0
  const spent = state.plan.stages[stageOfHost]?.spends === false ? 0 : 1
  const zone = state.plan.hosts[host]?.zone
  state.cursor = {
    ...state.cursor,
    forgiven: {
      fleet: forgiven.fleet - spent,
      stage: forgiven.stage - (stageOfHost === stage ? 1 : 0),
      zones: forgiven.zones.map((count, index) => (index === zone ? count - spent : count)),
      hosts: forgiven.hosts.filter((each) => each !== host),
    },
  }
}

// Picks the next host to run: inside the batch, inside every zone's budget, broken ones first, zones in balance.

import { headOf } from './lane.ts'
import type { PlannedStage } from './plan.ts'
import type { RolloutState } from './rollout-state.ts'
import { hostAt } from './rollout-state.ts'
import { isOut } from './tally.ts'
import { urgencyOf } from './urgency.ts'

/** `full`: the batch is. `blocked`: hosts are queued, and each would break its zone's budget. `empty`: none is queued. */
export type Pick = { kind: 'host'; host: number } | { kind: 'full' | 'empty' } | { kind: 'blocked'; zone: number }

export function pickHost(state: RolloutState): Pick {
  const stage = state.plan.stages[state.cursor.stage]
  if (!stage) return { kind: 'empty' }
  let best: { host: number; urgency: number; running: number } | undefined
  let blocked: number | undefined
  for (const lane of state.lanes) {
    const host = headOf(state, lane)
    if (host === undefined) continue
    if (!hasRoom(state, lane.zone, host)) {
      blocked ??= lane.zone
      continue
    }
    const urgency = urgencyOf(state, host)
    const running = state.tally.zones[lane.zone]?.running ?? 0
    if (!best || urgency < best.urgency || (urgency === best.urgency && running < best.running))
      best = { host, urgency, running }
  }
  if (!best) return blocked === undefined ? { kind: 'empty' } : { kind: 'blocked', zone: blocked }
  return state.tally.running < roomInBatch(state, stage) ? { kind: 'host', host: best.host } : { kind: 'full' }
}

/** A host that is out of service already costs nothing; any other one more than now. */
function hasRoom(state: RolloutState, zone: number, host: number): boolean {
  if (isOut(hostAt(state, host), state.plan.hosts[host]?.down ?? false)) return true
  const budget = state.plan.zones[zone]?.maxUnavailable ?? 0
  return (state.tally.zones[zone]?.down ?? 0) < budget
}

/** How many hosts may be in flight. The batch is the one that the number of settled hosts falls into. */
function roomInBatch(state: RolloutState, stage: PlannedStage): number {
  const settled = state.tally.stages[state.cursor.stage]?.settled ?? 0
  let end = 0
  for (const [index, size] of stage.batches.entries()) {
    const last = index === stage.batches.length - 1
    // The last size repeats: its batches end at every further multiple of it.
    end += last ? size * Math.max(1, Math.ceil((settled + 1 - end) / size)) : size
    if (settled < end) return stage.barrier ? end - settled : size
  }
  return 0
}

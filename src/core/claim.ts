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
  let best: Candidate | undefined
  let blocked: number | undefined
  for (const lane of state.lanes) {
    const host = headOf(state, lane)
    if (host === undefined) continue
    if (!hasRoom(state, lane.zone, host)) {
      blocked ??= lane.zone
      continue
    }
    const { running = 0, settled = 0 } = state.tally.zones[lane.zone] ?? {}
    const candidate = { host, urgency: urgencyOf(state, host), running, settled }
    if (!best || isBefore(candidate, best)) best = candidate
  }
  if (!best) return blocked === undefined ? { kind: 'empty' } : { kind: 'blocked', zone: blocked }
  return state.tally.running < roomInBatch(state, stage) ? { kind: 'host', host: best.host } : { kind: 'full' }
}

type Candidate = { host: number; urgency: number; running: number; settled: number }

/** Urgent ones first; then zones in balance, in what is in flight and, with fewer of those than zones, in what is done. */
function isBefore(a: Candidate, b: Candidate): boolean {
  if (a.urgency !== b.urgency) return a.urgency < b.urgency
  return a.running !== b.running ? a.running < b.running : a.settled < b.settled
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

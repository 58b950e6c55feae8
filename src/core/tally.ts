// The counters of a rollout: who is running, who failed, who is out of service. Kept by difference, never by scan.

import type { Plan } from './plan.ts'

import type { HostPhase, HostState } from './rollout.ts'
import type { RolloutState } from './rollout-state.ts'

export type Tally = {
  running: number
  /** Failed, unreachable and unknown hosts, those of every stage. */
  unwell: number
  /** The unwell ones that spend the fleet's budget. */
  failed: number
  zones: ZoneTally[]
  stages: StageTally[]
}

export type ZoneTally = {
  running: number
  /** Ended, well or not, or skipped. */
  settled: number
  failed: number
  /** Out of service: running, unwell, or down before and not yet run. Includes planned and unplanned hosts. */
  down: number
}

export type StageTally = { settled: number; failed: number }

export function emptyTally(plan: Plan): Tally {
  const plannedDown = plan.zones.map(() => 0)
  for (const host of plan.hosts) if (host.down) plannedDown[host.zone] = (plannedDown[host.zone] ?? 0) + 1
  return {
    running: 0,
    unwell: 0,
    failed: 0,
    zones: plan.zones.map((zone, i) => ({
      running: 0,
      settled: 0,
      failed: 0,
      down: zone.alreadyDown - (plannedDown[i] ?? 0),
    })),
    stages: plan.stages.map(() => ({ settled: 0, failed: 0 })),
  }
}

/** Adds (`by` 1) or takes away (`by` -1) what one host counts for in its present state. */
export function countHost(state: RolloutState, index: number, by: 1 | -1): void {
  const { plan, tally } = state
  const planned = plan.hosts[index]
  const host = state.hosts[index]
  const stageIndex = state.stageOf[index] ?? 0
  const zone = planned && tally.zones[planned.zone]
  const stage = tally.stages[stageIndex]
  if (!host || !zone || !stage) throw new RangeError(`host ${index} is not in the plan`)
  if (isOut(host, planned.down)) zone.down += by
  if (host.phase === 'running') {
    tally.running += by
    zone.running += by
  }
  if (isSettled(host.phase)) {
    stage.settled += by
    zone.settled += by
  }
  if (!isUnwell(host.phase)) return
  tally.unwell += by
  stage.failed += by
  if (plan.stages[stageIndex]?.spends === false) return
  zone.failed += by
  tally.failed += by
}

/** Failed, unreachable and unknown all count as failures (THREATS.md, invariant 4). */
export function isUnwell(phase: HostPhase): boolean {
  return phase === 'failed' || phase === 'unreachable' || phase === 'unknown'
}

function isSettled(phase: HostPhase): boolean {
  return phase !== 'queued' && phase !== 'running'
}

/** A queued host is out of service when it was down before the rollout or failed an attempt of it. */
export function isOut(host: HostState, down: boolean): boolean {
  if (host.phase === 'queued') return down || host.attempt > 1
  return host.phase === 'running' || isUnwell(host.phase)
}

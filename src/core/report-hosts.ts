// Counts the hosts of a rollout per zone, with the pace so far. One pass over the fleet; no wording.

import type { Plan } from './plan.ts'
import type { HostPhase, HostState, RolloutCursor } from './rollout.ts'
import { isUnwell } from './tally.ts'

export type Count = { planned: number } & Readonly<Record<HostPhase, number>>

export type ZoneReport = {
  name: string
  hosts: Count
  /** Failures that the zone's budget counts, and the number at which the rollout halts. */
  budget?: { failed: number; haltsAt: number; of: number }
  etaMs?: number
}

/** A list that may be cut: `count` is the true number. */
export type Names = { count: number; names: readonly string[] }

/** More names than this help nobody who reads them; a machine finds all of them in the list of hosts. */
export const NAMES_SHOWN = 20

export type ZoneCount = {
  count: Count
  /** Failures that spend budgets of zone and fleet. */
  spent: number
  spentInStage: Map<number, number>
  etaMs?: number
}

type Running = { -readonly [K in keyof Count]: Count[K] }
type Tallied = { count: Running; spent: number; spentInStage: Map<number, number>; done: number; doneMs: number }

export function countHosts(plan: Plan, hosts: readonly HostState[]): ZoneCount[] {
  const stageOf = stagesOf(plan)
  const zones = plan.zones.map((): Tallied => {
    return { count: emptyCount(), spent: 0, spentInStage: new Map(), done: 0, doneMs: 0 }
  })
  hosts.forEach((host, index) => {
    const zone = zones[plan.hosts[index]?.zone ?? -1]
    if (zone) add(zone, host, { stage: stageOf[index] ?? 0, plan })
  })
  return zones.map(({ done, doneMs, ...zone }) => ({ ...zone, ...eta(zone.count, done, doneMs) }))
}

function add(zone: Tallied, host: HostState, { stage, plan }: { stage: number; plan: Plan }): void {
  zone.count.planned += 1
  zone.count[host.phase] += 1
  if (isUnwell(host.phase)) {
    if (plan.stages[stage]?.spends !== false) zone.spent += 1
    zone.spentInStage.set(stage, (zone.spentInStage.get(stage) ?? 0) + 1)
  }
  if (host.startedAt === undefined || host.finishedAt === undefined) return
  zone.done += 1
  zone.doneMs += Math.max(0, host.finishedAt - host.startedAt)
}

/** The mean of the finished hosts, at the present number in flight: a long halt in between does not spoil it. */
function eta(count: Count, done: number, doneMs: number): { etaMs?: number } {
  if (done === 0 || count.running === 0) return {}
  return { etaMs: Math.round(((doneMs / done) * (count.queued + count.running)) / count.running) }
}

function stagesOf(plan: Plan): Int32Array {
  const stageOf = new Int32Array(plan.hosts.length)
  plan.stages.forEach((stage, index) => {
    for (const queue of stage.queues) for (const host of queue.hosts) stageOf[host] = index
  })
  return stageOf
}

function emptyCount(): Running {
  return { planned: 0, queued: 0, running: 0, succeeded: 0, failed: 0, unreachable: 0, unknown: 0, skipped: 0 }
}

export function sumCounts(counts: readonly Count[]): Count {
  const sum = emptyCount()
  for (const count of counts) {
    sum.planned += count.planned
    sum.queued += count.queued
    sum.running += count.running
    sum.succeeded += count.succeeded
    sum.failed += count.failed
    sum.unreachable += count.unreachable
    sum.unknown += count.unknown
    sum.skipped += count.skipped
  }
  return sum
}

/** Zones in which nothing is planned are left out. */
export function zoneReports(plan: Plan, cursor: RolloutCursor, counts: readonly ZoneCount[]): ZoneReport[] {
  return plan.zones.flatMap((zone, index) => {
    const counted = counts[index]
    if (!counted || zone.planned === 0) return []
    const { count, spent, etaMs } = counted
    const forgiven = cursor.forgiven.zones[index] ?? 0
    const budget = { failed: spent, haltsAt: (zone.maxFailures ?? 0) + forgiven + 1, of: zone.planned }
    return [
      {
        name: zone.name,
        hosts: count,
        ...(zone.maxFailures !== undefined && { budget }),
        ...(cursor.phase === 'running' && etaMs !== undefined && { etaMs }),
      },
    ]
  })
}

/** The hosts that `which` picks, in the plan's order. */
export function namesOf(plan: Plan, hosts: readonly HostState[], which: (host: HostState) => boolean): Names {
  const names: string[] = []
  let count = 0
  hosts.forEach((host, index) => {
    if (!which(host)) return
    count += 1
    const name = plan.hosts[index]?.host.name
    if (name !== undefined && names.length < NAMES_SHOWN) names.push(name)
  })
  return { count, names }
}

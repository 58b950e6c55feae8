// Makes a plan from what is wanted, what there is and what is known. Pure: same input, same plan, same digest.

import type { ApprovalRule } from './approval.ts'
import type { Fleet, HostKnowledge, LastKnown } from './fleet.ts'
import { type Refusal, refused } from './intent.ts'
import type { LeftHost, Plan, PlannedHost, PlannedZone, Rank, RolloutKind } from './plan.ts'
import { planStages } from './plan-stages.ts'
import type { HostWork } from './recipe.ts'
import { share } from './share.ts'
import type { Strategy } from './strategy.ts'

export type PlanInput = {
  kind: RolloutKind
  work: HostWork
  fleet: Fleet
  strategy: Strategy
  lastKnown: LastKnown
  /** true: hosts that run the release already are run again. */
  includeCurrent: boolean
  /** On a rollback: the hosts that the bad release touched; all others stay untouched. Absent means every host. */
  touched?: ReadonlySet<string>
  approvals?: ApprovalRule
}

/** `digest` is SHA-256 to hex; it comes in because the core computes no hashes. */
export function makePlan(input: PlanInput, digest: (text: string) => string): Plan | Refusal {
  const size = input.fleet.zones.reduce((sum, zone) => sum + zone.hosts.length, 0)
  if (size === 0) return refused('no-hosts')
  const { hosts, left } = chooseHosts(input)
  if (hosts.length === 0) return refused('nothing-to-do', { release: input.work.release.id, hosts: size })
  const zones = planZones(input, hosts)
  const full = zones.find((zone) => zone.maxUnavailable < 1)
  if (full) return refused('no-room', { zone: full.name, hosts: full.size })
  const body: Omit<Plan, 'digest'> = {
    kind: input.kind,
    work: input.work,
    hosts,
    zones,
    fleet: { size, planned: hosts.length, ...budget(input.strategy.maxFailures.fleet, hosts.length) },
    stages: planStages(input.kind, input.strategy, hosts, zones),
    left,
    strategy: input.strategy,
    ...(input.approvals && { approvals: input.approvals }),
  }
  return { ...body, digest: digest(JSON.stringify(body)) }
}

function chooseHosts(input: PlanInput): { hosts: PlannedHost[]; left: LeftHost[] } {
  const hosts: PlannedHost[] = []
  const left: LeftHost[] = []
  input.fleet.zones.forEach((zone, zoneIndex) => {
    for (const host of zone.hosts) {
      const known = input.lastKnown.get(host.name)
      const rank = rankOf(known, input.work.release.id)
      const untouched = input.touched && !input.touched.has(host.name)
      if (untouched) left.push({ host, zone: zoneIndex, why: 'untouched' })
      else if (rank === 'current' && !input.includeCurrent) left.push({ host, zone: zoneIndex, why: 'current' })
      else hosts.push({ host, zone: zoneIndex, rank, down: isDown(known) })
    }
  })
  return { hosts, left }
}

function rankOf(known: HostKnowledge | undefined, release: string): Rank {
  if (known?.health === 'failed') return 'failed'
  if (isDown(known)) return 'unknown'
  return known?.release === release ? 'current' : 'older'
}

function isDown(known: HostKnowledge | undefined): boolean {
  return known !== undefined && known.health !== 'healthy'
}

function planZones(input: PlanInput, hosts: readonly PlannedHost[]): PlannedZone[] {
  const planned = new Array<number>(input.fleet.zones.length).fill(0)
  for (const { zone } of hosts) planned[zone] = (planned[zone] ?? 0) + 1
  return input.fleet.zones.map((zone, index) => {
    const alreadyDown = zone.hosts.filter((host) => isDown(input.lastKnown.get(host.name))).length
    const count = planned[index] ?? 0
    return {
      name: zone.name,
      size: zone.hosts.length,
      planned: count,
      alreadyDown,
      maxUnavailable: count === 0 ? 1 : unavailable(input, zone.hosts.length, alreadyDown),
      ...budget(input.strategy.maxFailures.zone, count),
    }
  })
}

/**
 * At least one host, or nothing could ever move; 0 only when `min_healthy` leaves no room. A rollback may always take one
 * host beyond those already down: a dead host must not keep the others on a bad release.
 */
function unavailable(input: PlanInput, size: number, alreadyDown: number): number {
  const { maxUnavailable, minHealthy } = input.strategy
  const wanted = Math.max(1, share(maxUnavailable, size, 'down'))
  const spare = minHealthy ? Math.max(0, size - share(minHealthy, size, 'up')) : size
  const budget = Math.min(wanted, spare)
  return input.kind === 'rollback' ? Math.min(size, Math.max(budget, alreadyDown + 1)) : budget
}

function budget(amount: Strategy['maxFailures']['fleet'], of: number): { maxFailures?: number } {
  return amount ? { maxFailures: share(amount, of, 'down') } : {}
}

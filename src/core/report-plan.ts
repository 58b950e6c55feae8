// What a plan looks like to a person: the same facts as the plan, by name instead of by index. No wording.

import { type ApprovalFacts, nameEntitled } from './approval.ts'
import type { LeftHost, Plan, PlannedHost, PlannedStage, Rank, RolloutKind } from './plan.ts'
import type { Artefact } from './release.ts'
import type { After } from './strategy.ts'

export type StagePlan = {
  name: string
  kind: PlannedStage['kind']
  hosts: number
  batches: readonly number[]
  barrier: boolean
  maxFailures?: number
  after: After
  /** Every host, zone by zone in the order in which each zone's hosts go. */
  zones: readonly { zone: string; hosts: readonly string[] }[]
}

export type ZonePlan = {
  name: string
  size: number
  planned: number
  alreadyDown: number
  maxUnavailable: number
  maxFailures?: number
  /** How many of the planned hosts go for which reason. */
  why: Readonly<Record<Rank, number>>
  left: Readonly<Record<LeftHost['why'], number>>
}

export type PlanReport = {
  kind: RolloutKind
  application: string
  environment: string
  release: string
  commit?: string
  artefact: Artefact['kind']
  digest: string
  fleet: { size: number; planned: number; maxFailures?: number }
  zones: readonly ZonePlan[]
  stages: readonly StagePlan[]
  /** What it needs before it begins. */
  approvals?: ApprovalFacts
}

export function reportPlan(plan: Plan): PlanReport {
  const { release, application, environment } = plan.work
  return {
    ...{ kind: plan.kind, application, environment, release: release.id },
    ...(release.commit !== undefined && { commit: release.commit }),
    ...{ artefact: release.artefact.kind, digest: plan.digest, fleet: plan.fleet },
    zones: zonePlans(plan),
    stages: plan.stages.map((stage) => stagePlan(plan, stage)),
    ...approvalsOf(plan),
  }
}

function approvalsOf({ approvals }: Plan): Pick<PlanReport, 'approvals'> {
  if (!approvals) return {}
  const { required, from, notAuthor } = approvals
  return { approvals: { required, missing: required, given: [], from: nameEntitled(from), notAuthor } }
}

function zonePlans(plan: Plan): ZonePlan[] {
  const zones = plan.zones.map((zone) => ({
    ...zone,
    why: { failed: 0, unknown: 0, older: 0, current: 0 },
    left: { current: 0, untouched: 0 },
  }))
  for (const { zone, rank } of plan.hosts) bump(zones[zone]?.why, rank)
  for (const { zone, why } of plan.left) bump(zones[zone]?.left, why)
  return zones
}

function bump<K extends PlannedHost['rank'] | LeftHost['why']>(counts: Record<K, number> | undefined, key: K): void {
  if (counts) counts[key] += 1
}

function stagePlan(plan: Plan, { queues, spends: _, ...stage }: PlannedStage): StagePlan {
  const zones = queues.map(({ zone, hosts }) => ({
    zone: plan.zones[zone]?.name ?? '',
    hosts: hosts.map((host) => plan.hosts[host]?.host.name ?? ''),
  }))
  return { ...stage, zones }
}

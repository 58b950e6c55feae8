// What a rollout looks like to a person, whatever the surface: counts per zone, failures in groups, what to do next.
// Facts only: every wording belongs to the renderer.

import { type ApprovalFacts, missingApprovals, nameEntitled } from './approval.ts'
import type { Person } from './intent.ts'
import type { Origin } from './origin.ts'
import type { Plan, RolloutKind } from './plan.ts'
import { type FailureGroup, groupFailures } from './report-failures.ts'
import { type Count, countHosts, type Names, namesOf, sumCounts, type ZoneReport, zoneReports } from './report-hosts.ts'
import { type NextStep, nextSteps } from './report-next.ts'
import type { HaltReason, HostState, RolloutCursor, RolloutPhase } from './rollout.ts'
import { standMark } from './stand-mark.ts'

/** A rollout as it is stored. Times are ms since 1970. */
export type RolloutFacts = {
  id: string
  requestedBy: Person
  reason?: string
  origin?: Origin
  createdAt: number
  finishedAt?: number
  plan: Plan
  cursor: RolloutCursor
  hosts: readonly HostState[]
}

type StageReport = { name: string; number: number; of: number; hosts: number }

export type RolloutReport = {
  rollout: string
  kind: RolloutKind
  application: string
  environment: string
  release: string
  commit?: string
  phase: RolloutPhase
  requestedBy: string
  reason?: string
  createdAt: number
  finishedAt?: number
  digest: string
  stage?: StageReport
  /** When the running bake ends. */
  bakeUntil?: number
  halt?: HaltReason
  /** Kept when it has begun. */
  approvals?: ApprovalFacts
  hosts: Count
  zones: readonly ZoneReport[]
  /** Failures that the fleet's budget counts, and the number at which the rollout halts; absent without such a budget. */
  fleetBudget?: { failed: number; haltsAt: number; of: number }
  /** The same for the stage that is running: a canary tolerates none. */
  stageBudget?: { failed: number; haltsAt: number; of: number }
  /** How long the hosts still to do will take at the pace so far; bakes and waits are not in it. */
  etaMs?: number
  failures: readonly FailureGroup[]
  /** Hosts of the plan on which nothing was begun. */
  untouched: Names
  /** Hosts taken out by a person. */
  skipped: Names
  /** Hosts that the plan left alone. */
  left: number
  next: readonly NextStep[]
  /** How far it has come: see `standMark`. */
  mark: string
}

/** Linear in the fleet: for one look, not for every event. */
export function reportRollout(facts: RolloutFacts): RolloutReport {
  const { plan, cursor, hosts } = facts
  const { work } = plan
  const stage = plan.stages[cursor.stage]
  const counts = countHosts(plan, hosts)
  const total = sumCounts(counts.map((zone) => zone.count))
  const etaMs = counts.reduce<number | undefined>((most, { etaMs: eta }) => longer(most, eta), undefined)
  return {
    ...{ rollout: facts.id, kind: plan.kind, application: work.application, environment: work.environment },
    ...{ release: work.release.id, phase: cursor.phase, requestedBy: facts.requestedBy.name },
    ...(work.release.commit !== undefined && { commit: work.release.commit }),
    ...(facts.reason !== undefined && { reason: facts.reason }),
    ...{ createdAt: facts.createdAt, digest: plan.digest },
    ...(facts.finishedAt !== undefined && { finishedAt: facts.finishedAt }),
    ...(stage && {
      stage: { name: stage.name, number: cursor.stage + 1, of: plan.stages.length, hosts: stage.hosts },
    }),
    ...(cursor.bakeUntil !== undefined && { bakeUntil: cursor.bakeUntil }),
    ...(cursor.halt && { halt: cursor.halt }),
    ...approvals(facts),
    ...{ hosts: total, zones: zoneReports(plan, cursor, counts) },
    ...budgets(facts, counts),
    ...(cursor.phase === 'running' && etaMs !== undefined && { etaMs }),
    failures: groupFailures(plan, hosts),
    untouched: namesOf(plan, hosts, (host) => host.phase === 'queued' && host.attempt === 1),
    skipped: namesOf(plan, hosts, (host) => host.phase === 'skipped'),
    left: plan.left.length,
    next: nextSteps(cursor.phase, plan.kind, total),
    mark: standMark(facts),
  }
}

function approvals({ plan, cursor }: RolloutFacts): Pick<RolloutReport, 'approvals'> {
  if (!plan.approvals || !cursor.approvals) return {}
  const { required, given } = cursor.approvals
  const { from, notAuthor } = plan.approvals
  const names = given.map(({ by }) => by.name)
  const missing = missingApprovals(cursor.approvals)
  return { approvals: { required, missing, given: names, from: nameEntitled(from), notAuthor } }
}

function longer(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b)
}

function budgets(
  { plan, cursor }: RolloutFacts,
  counts: ReturnType<typeof countHosts>,
): Pick<RolloutReport, 'fleetBudget' | 'stageBudget'> {
  const stage = plan.stages[cursor.stage]
  const failed = counts.reduce((sum, zone) => sum + zone.spent, 0)
  const inStage = counts.reduce((sum, zone) => sum + (zone.spentInStage.get(cursor.stage) ?? 0), 0)
  return {
    ...(plan.fleet.maxFailures !== undefined && {
      fleetBudget: { failed, haltsAt: plan.fleet.maxFailures + cursor.forgiven.fleet + 1, of: plan.fleet.planned },
    }),
    ...(stage?.maxFailures !== undefined && {
      stageBudget: { failed: inStage, haltsAt: stage.maxFailures + cursor.forgiven.stage + 1, of: stage.hosts },
    }),
  }
}

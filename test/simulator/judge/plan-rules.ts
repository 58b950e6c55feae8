// Rules for a plan, when its rollout is written: it names every host, knows which are broken, and a rollback goes to a good
// release (THREATS.md, invariants 3, 4 and 9).

import type { Health } from '../../../src/core/fleet.ts'
import type { Plan } from '../../../src/core/plan.ts'
import { awayBudget, batchSizes, failureBudgets } from './expected-plan.ts'
import { isOver, type Known } from './known.ts'
import { must } from './violation.ts'

/** What the judge itself knows of a host of an environment. */
export type HostTruth = { health: Health; release?: string; good: Set<string> }
export type Truths = ReadonlyMap<string, HostTruth>

export function judgePlan(plan: Plan, truths: Truths): void {
  hostsAreKnown(plan, truths)
  everyHostHasAStage(plan)
  numbersAreRight(plan, truths)
}

const RANK: Readonly<Record<Health, string>> = {
  healthy: '',
  failed: 'failed',
  unreachable: 'unknown',
  unknown: 'unknown',
}

function hostsAreKnown(plan: Plan, truths: Truths): void {
  const release = plan.work.release.id
  for (const { host, rank, down } of plan.hosts) {
    const truth = truths.get(host.name)
    const health = truth?.health ?? 'healthy'
    const expected = RANK[health] || (truth?.release === release ? 'current' : 'older')
    must(rank === expected, '9 order', 'a host of the wrong rank', { host: host.name, rank, expected })
    must(down === (health !== 'healthy'), '3 availability', 'a host is not known to be down', {
      host: host.name,
      health,
    })
  }
}

function everyHostHasAStage({ hosts, stages }: Plan): void {
  const staged = stages.flatMap(({ queues }) => queues.flatMap((queue) => queue.hosts)).sort((a, b) => a - b)
  const all = hosts.map((_, index) => index)
  must(`${staged}` === `${all}`, '8 success', 'a host that no stage has, or two', { staged, all: all.length })
}

function numbersAreRight(plan: Plan, truths: Truths): void {
  const budgets = failureBudgets(plan)
  must(plan.fleet.maxFailures === budgets.fleet, '4 failures', 'the fleet has the wrong budget', [plan.fleet, budgets])
  plan.zones.forEach((zone, z) => {
    const all = [...plan.hosts, ...plan.left].filter((host) => host.zone === z)
    const down = all.filter(({ host }) => (truths.get(host.name)?.health ?? 'healthy') !== 'healthy').length
    must(zone.alreadyDown === down, '3 availability', 'the zone counts its dead wrongly', { zone, down })
    must(zone.maxFailures === budgets.zones[z], '4 failures', 'the zone has the wrong budget', { zone, budgets })
    const away = awayBudget(plan, z, down)
    must(zone.planned === 0 || zone.maxUnavailable === away, '3 availability', 'wrong budget', { zone, away })
  })
  plan.stages.forEach((stage, s) => {
    must(stage.maxFailures === budgets.stages[s], '4 failures', 'the stage has the wrong budget', { stage, budgets })
    const sizes = batchSizes(plan, stage)
    must(`${stage.batches}` === `${sizes}`, 'batch', 'wrong sizes', { batches: stage.batches, sizes })
  })
}

/** Against the rollout before it: never to its release, and only to one that some host ran well. */
export function judgeRollback(plan: Plan, before: Known, truths: Truths, asked: boolean): void {
  const target = plan.work.release.id
  if (asked) return
  const touched = before.plan.hosts.filter(
    (_, index) => !['queued', 'skipped'].includes(before.hosts[index]?.phase ?? 'queued'),
  )
  must(target !== before.plan.work.release.id, '9 target', 'back to the release it came from', { target })
  const ran = [...truths.values()].filter(({ good }) => good.has(target)).length
  must(ran > 0, '9 target', 'to a release that was never good here', { target })
  const names = new Set(plan.hosts.map(({ host }) => host.name))
  const missing = touched.filter(({ host }) => !names.has(host.name) && truths.get(host.name)?.health !== 'healthy')
  must(
    missing.length === 0,
    '9 touched',
    'touched hosts are left as they are',
    missing.map(({ host }) => host.name),
  )
}

/** What was in flight when a rollout was superseded is out of sight until it is read back. */
export function healthNow(known: Known, index: number): Health | undefined {
  const phase = known.hosts[index]?.phase
  if (phase === 'succeeded') return 'healthy'
  if (phase === 'running') return isOver(known.cursor) ? 'unknown' : undefined
  return phase === 'failed' || phase === 'unreachable' || phase === 'unknown' ? phase : undefined
}

// Rules for budgets after a commit: out of service, failures, batches, and zones in balance (THREATS.md, invariants 3 and 4).

import { awayBudget, batchSizes, failureBudgets } from './expected-plan.ts'
import { GOES_ON, isAway, isBad, type Step } from './known.ts'
import { must } from './violation.ts'

export function judgeBudgets(step: Step): void {
  const taken = newlyTaken(step)
  for (const zone of new Set(taken.map((index) => step.known.plan.hosts[index]?.zone ?? 0)))
    availabilityIsKept(step, zone)
  if (taken.length > 0) batchIsKept(step)
  if (taken.length > 0) zonesAreBalanced(step, taken)
  failuresAreSpent(step)
  haltIsJust(step)
}

/** Claimed in this commit. */
function newlyTaken({ before, after }: Step): number[] {
  return after.hosts.flatMap((host, index) => {
    const was = before.hosts[index]
    return host.phase === 'running' && was?.phase !== 'running' && was?.phase !== 'unknown' ? [index] : []
  })
}

function availabilityIsKept({ known, before, after }: Step, zone: number): void {
  const { plan } = known
  const mine = plan.hosts.flatMap((planned, index) => (planned.zone === zone ? [{ ...planned, index }] : []))
  const moreAway = mine.some(({ index, down }) => {
    const [was, is] = [before.hosts[index], after.hosts[index]]
    return was && is && !isAway(was, down) && isAway(is, down)
  })
  const downBefore = plan.zones[zone]?.alreadyDown ?? 0
  const others = downBefore - mine.filter(({ down }) => down).length
  const away = others + mine.filter(({ index, down }) => isAway(after.hosts[index] ?? NOBODY, down)).length
  const budget = awayBudget(plan, zone, downBefore)
  must(!moreAway || away <= budget, '3 availability', 'more out of service than the zone may lose', {
    zone,
    away,
    budget,
  })
}

const NOBODY = { phase: 'queued', attempt: 1 } as const

/** The most that any number of settled hosts between before and after allows. */
function batchIsKept({ known, before, after }: Step): void {
  const stage = known.plan.stages[after.cursor.stage]
  if (!stage) return
  const sizes = batchSizes(known.plan, stage)
  const inStage = (hosts: Step['after']['hosts']) =>
    hosts.filter((host, i) => known.stageOf[i] === after.cursor.stage && !['queued', 'running'].includes(host.phase))
      .length
  const barrier = known.plan.kind === 'deploy' && known.plan.strategy.barrier
  let room = 0
  for (let settled = Math.min(inStage(before.hosts), inStage(after.hosts)); settled <= inStage(after.hosts); settled++)
    room = Math.max(room, roomAt(sizes, barrier, settled))
  const running = after.hosts.filter((host) => host.phase === 'running').length
  must(running <= room, 'batch', 'more in flight than the batch', { running, room, sizes, barrier })
}

function roomAt(sizes: readonly number[], barrier: boolean, settled: number): number {
  let end = 0
  for (let i = 0; ; i++) {
    const size = sizes[Math.min(i, sizes.length - 1)] ?? 1
    end += size
    if (settled < end) return barrier ? end - settled : size
  }
}

/** Striped, one batch size: no zone is two ahead of another that could have gone. */
function zonesAreBalanced({ known, before, after }: Step, taken: readonly number[]): void {
  const { plan } = known
  const stage = plan.stages[after.cursor.stage]
  if (stage?.kind !== 'striped' || after.cursor.phase !== 'running' || before.cursor.phase !== 'running') return
  if (before.cursor.stage !== after.cursor.stage || stage.barrier || stage.batches.length > 1) return
  const running = (zone: number) =>
    after.hosts.filter((host, i) => plan.hosts[i]?.zone === zone && host.phase === 'running').length
  const plainly = (i: number) => !plan.hosts[i]?.down && after.hosts[i]?.attempt === 1
  for (const index of taken.filter(plainly)) {
    const mine = plan.hosts[index]?.zone ?? 0
    const idle = plan.zones.findIndex(
      (_, zone) => zone !== mine && couldGo({ known, after }, zone) && running(zone) + 1 < running(mine),
    )
    must(idle < 0, 'balance', 'a zone was left behind', { zone: mine, running: running(mine), behind: idle })
  }
}

function couldGo({ known, after }: Pick<Step, 'known' | 'after'>, zone: number): boolean {
  const { plan } = known
  const mine = plan.hosts.flatMap((planned, index) => (planned.zone === zone ? [{ ...planned, index }] : []))
  const queued = mine.some(({ index, rank }) => after.hosts[index]?.phase === 'queued' && rank !== 'failed')
  const down = plan.zones[zone]?.alreadyDown ?? 0
  const others = down - mine.filter((each) => each.down).length
  const away = others + mine.filter(({ index, down }) => isAway(after.hosts[index] ?? NOBODY, down)).length
  return queued && away < awayBudget(plan, zone, down)
}

type Spent = { kind: string; name: string; failed: number; budget: number | undefined; of: number }

/** Every kind of bad host spends; what a person set aside does not. */
function spentIn({ known, after }: Step): Spent[] {
  const { plan, stageOf, forgiven } = known
  const budgets = failureBudgets(plan)
  const fresh = after.hosts.flatMap((host, index) => (isBad(host) && !forgiven.has(index) ? [index] : []))
  const spending = fresh.filter((index) => plan.stages[stageOf[index] ?? 0]?.kind !== 'failed-first')
  const { stage } = after.cursor
  const here = fresh.filter((index) => stageOf[index] === stage).length
  const size = stageOf.filter((each) => each === stage).length
  return [
    { kind: 'fleet-budget', name: '', failed: spending.length, budget: budgets.fleet, of: plan.hosts.length },
    {
      kind: 'stage-budget',
      name: plan.stages[stage]?.name ?? '',
      failed: here,
      budget: budgets.stages[stage],
      of: size,
    },
    ...plan.zones.map(({ name }, z) => ({
      ...{ kind: 'zone-budget', name, budget: budgets.zones[z] },
      failed: spending.filter((index) => plan.hosts[index]?.zone === z).length,
      of: plan.hosts.filter(({ zone }) => zone === z).length,
    })),
  ]
}

function failuresAreSpent(step: Step): void {
  const { phase } = step.after.cursor
  if (!GOES_ON.includes(phase)) return
  const broken = spentIn(step).filter(({ failed, budget }) => budget !== undefined && failed > budget)
  must(broken.length === 0, '4 failures', 'goes on beyond a failure budget', { phase, broken })
}

/** Neither early nor by another number than there is. */
function haltIsJust(step: Step): void {
  const { halt } = step.after.cursor
  if (!halt || halt.kind === 'asked' || halt.kind === 'no-room') return
  if (JSON.stringify(halt) === JSON.stringify(step.before.cursor.halt)) return
  const name = halt.kind === 'zone-budget' ? halt.zone : halt.kind === 'stage-budget' ? halt.stage : ''
  const mine = spentIn(step).find((each) => each.kind === halt.kind && each.name === name)
  const { failed, budget, of } = halt
  must(mine !== undefined, '4 failures', 'halted by a budget that there is not', halt)
  must(failed === budget + 1, '4 failures', 'not halted at the first failure beyond the budget', halt)
  must(mine.budget === budget && mine.of === of && mine.failed >= failed, '4 failures', 'halted by wrong numbers', {
    halt,
    mine,
  })
}

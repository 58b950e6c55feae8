// A plan in words: which hosts and why, in which order, and exactly when it halts.

import { approvalWords } from '../../../core/approval.ts'
import { duration, hosts, listed, many, ordinal } from '../../../core/phrases.ts'
import type { PlanReport, StagePlan, ZonePlan } from '../../../core/report-plan.ts'
import type { After } from '../../../core/strategy.ts'
import { indent, type Line, short, styled, table } from '../screen/line.ts'

export function planLines(plan: PlanReport): Line[] {
  return [
    ...headLines(plan),
    [],
    [styled('bold', 'zones')],
    ...indent(table(plan.zones.map((zone) => [short(zone.name), zoneWords(zone)]))),
    [],
    [styled('bold', 'in this order')],
    ...indent(plan.stages.flatMap((stage, index) => stageLines(stage, index, plan.stages.length))),
    [],
    [styled('bold', 'budgets')],
    ...indent(budgetLines(plan)),
    ...leftLines(plan),
    ...approvalLines(plan),
    [],
    [styled('dim', `digest ${plan.digest.slice(0, 12)}`)],
  ]
}

/** What a person reads before saying yes. */
export function shortPlanLines(plan: PlanReport): Line[] {
  const halting = haltsWords(plan)
  const more = halting.length - MOST_HALTS
  return [
    ...headLines(plan),
    ...approvalLines(plan).map((line): Line => ['  ', ...line]),
    ...halting.slice(0, MOST_HALTS).map((words): Line => ['  ', words]),
    ...(more > 0 ? [['  ', styled('dim', `and ${many(more, 'more budget')}: houston plan ${plan.environment}`)]] : []),
  ]
}

function approvalLines({ approvals }: PlanReport): Line[] {
  return approvals ? [[`before it begins: ${short(approvalWords(approvals), 300)}`]] : []
}

const MOST_HALTS = 5

function headLines(plan: PlanReport): Line[] {
  const { fleet, commit } = plan
  const planned = fleet.planned === fleet.size ? `all ${hosts(fleet.size)}` : `${fleet.planned} of ${hosts(fleet.size)}`
  const stages = plan.stages.map((stage) => `${stage.name} (${stage.hosts})`)
  return [
    [
      `${plan.kind} of `,
      styled('bold', plan.release),
      ' to ',
      styled('bold', `${plan.application} ${plan.environment}`),
      `: ${planned}`,
      ...(commit !== undefined && commit !== plan.release ? [styled('dim', `  commit ${commit.slice(0, 12)}`)] : []),
    ],
    ['  ', short(stages.join(' → '), 300)],
  ]
}

const WHY = [
  ['failed', 'failed last time, go first'],
  ['unknown', 'out of sight or unreachable last time'],
  ['older', 'to be updated'],
  ['current', 'run this release already, run again'],
] as const

function zoneWords({ planned, size, why, alreadyDown }: ZonePlan): string {
  if (planned === 0) return `no host of ${size}`
  const reasons = WHY.filter(([rank]) => why[rank] > 0).map(([rank, words]) => `${why[rank]} ${words}`)
  const down = alreadyDown > 0 ? `; ${alreadyDown} out of service already` : ''
  return `${planned} of ${hosts(size)}: ${reasons.join(', ')}${down}`
}

function stageLines(stage: StagePlan, index: number, of: number): Line[] {
  const detail = [`${hosts(stage.hosts)}`, batchWords(stage), ...(index + 1 < of ? [afterWords(stage.after)] : [])]
  return [
    [styled('bold', `${index + 1}. ${stage.name}`), `  ${detail.filter((words) => words !== '').join(' · ')}`],
    ...stage.zones.map(({ zone, hosts: names }): Line => {
      return [
        '   ',
        styled('dim', `${short(zone)}: ${listed({ count: names.length, names: names.map((name) => short(name)) }, 5)}`),
      ]
    }),
  ]
}

function batchWords({ batches, barrier, hosts: total }: StagePlan): string {
  const [first] = batches
  if (first === undefined || (batches.length === 1 && first >= total)) return 'all at once'
  const sizes = batches.join(', then ')
  return barrier ? `in batches of ${sizes}, each complete before the next` : `${sizes} at a time`
}

function afterWords(after: After): string {
  switch (after.kind) {
    case 'continue':
      return 'then straight on'
    case 'bake':
      return `then bakes for ${duration(after.ms)}`
    case 'wait':
      return 'then waits for `houston continue`'
    default:
      return after satisfies never
  }
}

function budgetLines(plan: PlanReport): Line[] {
  const rooms = plan.zones
    .filter(({ planned }) => planned > 0)
    .map(({ name, maxUnavailable, size }) => `${maxUnavailable} of ${size} in ${name}`)
  return [
    [`out of service at most: ${listed({ count: rooms.length, names: rooms }, 6)}`],
    ...haltsWords(plan).map((words) => [words]),
  ]
}

/** `halts on the 3rd failure of 40 in us-east-1a`. */
function haltsWords(plan: PlanReport): string[] {
  const { fleet } = plan
  const stages = plan.stages.filter((stage) => stage.maxFailures !== undefined)
  const zones = plan.zones.filter((zone) => zone.maxFailures !== undefined && zone.planned > 0)
  const words = [
    ...(fleet.maxFailures === undefined ? [] : [halts(fleet.maxFailures, fleet.planned, 'of all')]),
    ...zones.map(({ maxFailures = 0, planned, name }) => halts(maxFailures, planned, `in ${name}`)),
    ...stages.map(({ maxFailures = 0, hosts: total, name }) => halts(maxFailures, total, `of stage ${name}`)),
  ]
  return words.length === 0 ? ['never halts by itself: no failure budget is set'] : words
}

function halts(maxFailures: number, of: number, where: string): string {
  if (maxFailures >= of) return `does not halt for failures ${where}: all ${of} are tolerated`
  return `halts on the ${ordinal(maxFailures + 1)} failure of ${of} ${where}`.replace(`${of} of all`, `all ${of}`)
}

function leftLines({ zones }: PlanReport): Line[] {
  const current = zones.reduce((sum, zone) => sum + zone.left.current, 0)
  const untouched = zones.reduce((sum, zone) => sum + zone.left.untouched, 0)
  const lines: Line[] = []
  if (current > 0) lines.push([`${hosts(current)} run this release already (--all runs them again)`])
  if (untouched > 0) lines.push([`${hosts(untouched)} were never touched by what is rolled back`])
  return lines.length === 0 ? [] : [[], [styled('bold', 'left alone')], ...indent(lines)]
}

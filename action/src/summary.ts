// The step's summary on the workflow's page, as GitHub's Markdown: how it ended, the plan, the zones, failures by what caused
// them. Pure; what hosts and people wrote stands in code.

import { formatDuration } from '../../src/core/duration.ts'
import { codeBlock, codeSpan } from '../../src/core/escape-markdown.ts'
import { hosts } from '../../src/core/phrases.ts'
import { plainUrl } from '../../src/core/plain-url.ts'
import { failureList, logTails } from '../../src/core/project-failure-list.ts'
import { headline, zoneTable } from '../../src/core/project-headline.ts'
import type { LogTail } from '../../src/core/project-object.ts'
import type { RolloutReport } from '../../src/core/report.ts'
import type { PlanReport } from '../../src/core/report-plan.ts'
import type { After } from '../../src/core/strategy.ts'
import type { Outcome } from './outcome.ts'
import type { FleetLook } from './way.ts'

/** More rows help nobody; failures have their own list. */
const MOST_ROWS = 1_000

export type Told = {
  outcome: Outcome
  plan?: PlanReport
  /** The rollouts of the step, in their order: the last may have taken the first one back. */
  reports: readonly RolloutReport[]
  fleet?: FleetLook
  tails: readonly LogTail[]
}

/** Of a step without a rollout that it could look at. */
export function nothingBegun(outcome: Outcome): Told {
  return { outcome, reports: [], tails: [] }
}

export function summaryOf({ outcome, plan, reports, fleet, tails }: Told): string {
  const url = plainUrl(outcome.url)
  const parts = [
    reports.length === 0 ? `${outcome.ok ? '✅' : '❌'}\n\n${codeBlock(outcome.message)}` : '',
    ...reports.flatMap((report) => [`### ${headline(report)}`, zoneTable(report), failureList(report.failures)]),
    reports.length > 0 && !outcome.ok ? codeBlock(`${outcome.reason}: ${outcome.message}`) : '',
    logTails(tails),
    fleet ? fleetTable(fleet) : '',
    plan ? planSection(plan) : '',
    url === undefined ? '' : `[The rollout’s page](${url})`,
  ]
  return parts.filter((part) => part !== '').join('\n\n')
}

function planSection(plan: PlanReport): string {
  const { fleet, stages, zones } = plan
  const halts = fleet.maxFailures === undefined ? '' : `, halts when more than ${fleet.maxFailures} fail`
  const head = `Plan: ${fleet.planned} of ${hosts(fleet.size)}${halts}`
  const order = stages.map(
    (stage, index) =>
      `| ${index + 1} | ${codeSpan(stage.name)} | ${stage.hosts} | ${stage.batches.join(', ')} | ${afterWords(stage.after)} |`,
  )
  const why = zones.map(({ name, why: ranks, left, alreadyDown, maxUnavailable }) => {
    const numbers = [
      ranks.failed,
      ranks.unknown,
      ranks.older,
      ranks.current,
      left.current + left.untouched,
      alreadyDown,
    ]
    return `| ${codeSpan(name)} | ${numbers.join(' | ')} | ${maxUnavailable} |`
  })
  return [
    `<details><summary>${head}</summary>\n`,
    '| | stage | hosts | at once | then |\n| --- | --- | --- | --- | --- |',
    `${order.join('\n')}\n`,
    `| zone | failed before | unknown | older | current | left alone | down | may be down |\n|${' --- |'.repeat(8)}`,
    `${why.join('\n')}\n`,
    `${codeBlock(`digest ${plan.digest}`)}\n`,
    '</details>',
  ].join('\n')
}

function afterWords(after: After): string {
  return after.kind === 'bake' ? `bakes ${formatDuration(after.ms)}` : after.kind
}

function fleetTable({ hosts: all }: FleetLook): string {
  const rows = all.slice(0, MOST_ROWS).map(({ name, zone, release, trouble }) => {
    return `| ${codeSpan(zone)} | ${codeSpan(name)} | ${codeSpan(release ?? '')} | ${codeSpan(trouble ?? '')} |`
  })
  const more = all.length - rows.length
  const table = ['| zone | host | runs | trouble |\n| --- | --- | --- | --- |', ...rows].join('\n')
  return more > 0 ? `${table}\n\nand ${hosts(more)} more` : table
}

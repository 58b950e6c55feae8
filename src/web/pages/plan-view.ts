// A plan for whoever must say yes to it: which hosts and why, in which order, and exactly when it halts.

import { approvalWords } from '../../core/approval.ts'
import { duration, hosts, listed, ordinal } from '../../core/phrases.ts'
import type { PlanReport, StagePlan, ZonePlan } from '../../core/report-plan.ts'
import type { After } from '../../core/strategy.ts'
import { html, type View } from '../view/html.ts'

export function planView(plan: PlanReport): View {
  const { fleet } = plan
  const planned = fleet.planned === fleet.size ? `all ${hosts(fleet.size)}` : `${fleet.planned} of ${hosts(fleet.size)}`
  return html`<p>${plan.kind === 'rollback' ? 'Rolls back' : 'Deploys'} <code>${plan.release}</code> ${plan.kind === 'rollback' ? 'on' : 'to'} ${planned}${plan.commit && plan.commit !== plan.release ? html`, commit <code>${plan.commit.slice(0, 12)}</code>` : null}.</p>
    ${plan.approvals ? html`<p><strong>Before it begins:</strong> ${approvalWords(plan.approvals)}.</p>` : null}
    <h2>In this order</h2>
    <ol>${plan.stages.map((stage, index) => stageView(stage, index + 1 === plan.stages.length))}</ol>
    <h2>It halts by itself</h2>
    <ul>${haltLines(plan).map((line) => html`<li>${line}</li>`)}</ul>
    <h2>Zones</h2>
    <div class="scroll"><table><thead><tr><th scope="col">zone</th><th scope="col">hosts</th><th scope="col">why</th><th scope="col">out of service at most</th><th scope="col">left alone</th></tr></thead>
      <tbody>${plan.zones.map(zoneRow)}</tbody></table></div>
    <p class="hint">Digest <code>${plan.digest.slice(0, 12)}</code></p>`
}

function stageView(stage: StagePlan, last: boolean): View {
  const names = stage.zones.map(({ zone, hosts: list }) => `${zone}: ${listed({ count: list.length, names: list }, 6)}`)
  const words = [hosts(stage.hosts), batchWords(stage), ...(last ? [] : [afterWords(stage.after)])]
  return html`<li><strong>${stage.name}</strong> ${words.join(' · ')}${names.map((line) => html`<div class="quiet">${line}</div>`)}</li>`
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
      return `then watches for ${duration(after.ms)}`
    case 'wait':
      return 'then waits until somebody continues'
    default:
      return after satisfies never
  }
}

function haltLines({ fleet, zones, stages }: PlanReport): string[] {
  const lines = [
    ...(fleet.maxFailures === undefined ? [] : [halts(fleet.maxFailures, fleet.planned, 'in the whole fleet')]),
    ...zones.flatMap(({ maxFailures, planned, name }) =>
      maxFailures === undefined || planned === 0 ? [] : [halts(maxFailures, planned, `in ${name}`)],
    ),
    ...stages.flatMap(({ maxFailures, hosts: total, name }) =>
      maxFailures === undefined ? [] : [halts(maxFailures, total, `of stage ${name}`)],
    ),
  ]
  return lines.length === 0 ? ['never: no failure budget is set'] : lines
}

function halts(maxFailures: number, of: number, where: string): string {
  if (maxFailures >= of) return `not for failures ${where}: all ${of} are tolerated`
  return `on the ${ordinal(maxFailures + 1)} failure of ${of} ${where}`
}

const WHY = [
  ['failed', 'failed last time'],
  ['unknown', 'out of sight or unreachable last time'],
  ['older', 'to be updated'],
  ['current', 'run it already, run again'],
] as const

function zoneRow({ name, size, planned, why, left, alreadyDown, maxUnavailable }: ZonePlan): View {
  const reasons = WHY.filter(([rank]) => why[rank] > 0).map(([rank, words]) => `${why[rank]} ${words}`)
  const down = alreadyDown > 0 ? ` (${alreadyDown} out of service already)` : ''
  const rest = [
    ...(left.current > 0 ? [`${left.current} run it already`] : []),
    ...(left.untouched > 0 ? [`${left.untouched} never touched`] : []),
  ]
  return html`<tr><th scope="row">${name}</th><td>${planned} of ${size}${down}</td><td>${reasons.join(', ') || '–'}</td>
    <td>${maxUnavailable} of ${size}</td><td>${rest.join(', ') || '–'}</td></tr>`
}

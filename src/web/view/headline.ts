// The head of a rollout: what goes where, how it stands, who asked, and why it stands still.

import { approvalWords } from '../../core/approval.ts'
import { haltWords } from '../../core/explain-halt.ts'
import { duration, hosts } from '../../core/phrases.ts'
import type { RolloutReport } from '../../core/report.ts'
import { hasEnded } from '../../core/rollout.ts'
import { visibleText } from '../../core/visible-text.ts'
import { html, type View } from './html.ts'
import { age, moment } from './time.ts'
import { badge, ROLLOUT_SIGNS } from './words.ts'

export function headline(report: RolloutReport, now: number): View {
  const { kind, application, environment, release, phase } = report
  return html`<header class=${`head ${ROLLOUT_SIGNS[phase].tone}`}>
    <h1>${kind === 'rollback' ? 'Roll back' : 'Deploy'} <strong>${application}</strong> ${environment} <span class="to">${kind === 'rollback' ? 'to' : 'of'} <code>${release}</code></span></h1>
    <p class="state">${badge(ROLLOUT_SIGNS[phase])} <span role="status">${standing(report, now)}</span></p>
    <p class="quiet">${asked(report, now)}</p>
    ${report.reason === undefined ? null : html`<p class="quiet">Reason: ${report.reason}</p>`}
  </header>`
}

/** For the title of a window, where nobody sees more: the phase first. */
export function rolloutTitle({ phase, kind, release, environment }: RolloutReport): string {
  return visibleText(`${phase}: ${kind} ${release} · ${environment}`)
}

function asked({ requestedBy, createdAt, finishedAt, commit, release, ...rest }: RolloutReport, now: number): View {
  const took = finishedAt === undefined ? null : html`, took ${duration(finishedAt - createdAt)}`
  const at = commit === undefined || commit === release ? null : html` · commit <code>${commit.slice(0, 12)}</code>`
  const given = rest.approvals?.given ?? []
  const by = given.length === 0 ? null : html`, approved by ${given.join(', ')}`
  return html`Asked for by ${requestedBy} ${age(createdAt, now)} (${moment(createdAt)})${by}${took}${at}`
}

/** One sentence: a screen reader hears it again whenever it changes. */
function standing(report: RolloutReport, now: number): string {
  const { hosts: count, stage, halt, bakeUntil, phase, etaMs, approvals } = report
  const unwell = count.failed + count.unreachable + count.unknown
  const parts = [
    `${count.succeeded} of ${hosts(count.planned)} done`,
    ...(unwell > 0 ? [`${unwell} not well`] : []),
    ...(approvals && phase === 'unapproved' ? [approvalWords(approvals)] : []),
    ...(stage && !hasEnded(phase) ? [`stage ${stage.number} of ${stage.of}: ${stage.name}`] : []),
    ...(phase === 'baking' && bakeUntil !== undefined ? [`watches for another ${duration(bakeUntil - now)}`] : []),
    ...(etaMs === undefined ? [] : [`about ${duration(etaMs)} to go`]),
    ...(phase === 'halting' ? ['hosts already begun finish'] : []),
    ...(halt ? [haltWords(halt)] : []),
  ]
  return parts.join(' · ')
}

// A rollout's page: the live part, every host as a table, the plan, and what the island needs to go on from here.

import { reportPlan } from '../../core/report-plan.ts'
import { reportRolloutPage } from '../../core/report-rollout-page.ts'
import { hasBegun } from '../../core/rollout.ts'
import type { RolloutRecord, RolloutSummary } from '../../engine/ports.ts'
import { type ActsOf, environmentPath } from '../view/act-forms.ts'
import { rolloutTitle } from '../view/headline.ts'
import { html, type View } from '../view/html.ts'
import { rolloutView, type Shown } from '../view/rollout-view.ts'
import { HOST_SIGNS } from '../view/words.ts'
import { MOST_CELLS, zoneGrids } from '../view/zone-grid.ts'
import { hostTable } from './host-table.ts'
import { missingPage } from './missing-page.ts'
import { planView } from './plan-view.ts'
import { type Body, mayAct, type Visit } from './visit.ts'

/** Earlier releases that a rollback may name. */
const MOST_RELEASES = 20
/** Rollouts looked at for them. */
const MOST_PAST = 100

export async function rolloutPage(visit: Visit): Promise<Body> {
  const record = await recordOf(visit)
  if (!record) return missingPage()
  const { deps, context } = visit
  const { application, environment } = record
  const [hosts, may, past] = await Promise.all([
    deps.store.hosts(record.id),
    mayAct(visit, record),
    deps.store.rollouts({ application, environment, limit: MOST_PAST }),
  ])
  const page = reportRolloutPage({ ...record, hosts })
  // What waits for approval is not in the way of taking this one back.
  const newest = past.find(({ id, cursor }) => id === record.id || hasBegun(cursor))?.id
  const newer = newest === undefined || newest === record.id ? {} : { newer: newest }
  const approver = await approverIn(visit, record)
  const acts: ActsOf = {
    mayAct: may,
    ...(approver && { approver }),
    intent: deps.newIntent(),
    goodReleases: earlierReleases(past),
    ...newer,
  }
  const shown: Shown = { page, acts, grids: zoneGrids(page), now: deps.now() }
  const view = html`<p class="crumbs"><a href="/">Environments</a> / <a href=${environmentPath(record)}>${application} ${environment}</a><span id="live" class="live" role="status"></span></p>
    <div id="rollout" data-rollout=${record.id} data-acts=${JSON.stringify(acts)}>${rolloutView(shown)}</div>
    ${legend(hosts.length)}
    ${hostTable(page, context.req.query(), context.req.path)}
    <details class="plan"><summary>The plan</summary>${planView(reportPlan(record.plan))}</details>`
  return { title: rolloutTitle(page.report), view, live: true }
}

/** The rollout that the path names; `undefined`: not here, or not for this person. */
export async function recordOf({ deps, context, person }: Visit): Promise<RolloutRecord | undefined> {
  const record = await deps.store.rollout(context.req.param('rollout') ?? '')
  const seen = record && (await deps.desk.mayLook(person, record.application)) === undefined
  return seen ? record : undefined
}

/** Asked only while it waits: it costs questions to GitHub. */
async function approverIn({ deps, person }: Visit, { cursor, ...of }: RolloutRecord): Promise<ActsOf['approver']> {
  if (cursor.phase !== 'unapproved') return undefined
  const target = { application: of.application, environment: of.environment }
  const no = await deps.desk.mayAct(person, target, 'approve')
  return no ? { may: false, why: deps.words(no, of.environment).what } : { may: true }
}

/** Releases that ended well here, the newest first. */
function earlierReleases(past: readonly RolloutSummary[]): string[] {
  const good = past.filter(({ cursor }) => cursor.phase === 'succeeded').map(({ releaseId }) => releaseId)
  return [...new Set(good)].slice(0, MOST_RELEASES)
}

function legend(hosts: number): View {
  const signs = Object.values(HOST_SIGNS)
  const drawn =
    hosts > MOST_CELLS
      ? html`<li>Each square is a host: full is done, a cross is not well. The table has every one.</li>`
      : null
  return html`<ul class="legend" aria-label="What the cells mean">${signs.map(({ word, glyph, tone }) => html`<li><span class=${`cell ${tone}`} aria-hidden="true">${glyph}</span>${word}</li>`)}${drawn}</ul>`
}

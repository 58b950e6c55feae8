// The past of an environment: its rollouts, the newest first, and what each host ran at a moment.

import { haltWords } from '../../core/explain-halt.ts'
import { duration, hosts, listed } from '../../core/phrases.ts'
import { asOf, type HostThen } from '../../core/report-past.ts'
import type { RolloutSummary } from '../../engine/ports.ts'
import { environmentPath } from '../view/act-forms.ts'
import { html, type View } from '../view/html.ts'
import { age, moment } from '../view/time.ts'
import { badge, ROLLOUT_SIGNS } from '../view/words.ts'
import { missingPage } from './missing-page.ts'
import { type Body, targetOf, type Visit } from './visit.ts'

const ROWS = 100

export async function historyPage(visit: Visit): Promise<Body> {
  const target = await targetOf(visit)
  if (!target) return missingPage()
  const { store, now } = visit.deps
  const typed = visit.context.req.query('at') ?? ''
  const at = readAt(typed)
  const then = at === undefined ? undefined : await asOfMoment(visit, target, at)
  const before = visit.context.req.query('before')
  const rollouts = await store.rollouts({ ...target, ...(before && { before }), limit: ROWS })
  const view = html`<p class="crumbs"><a href="/">Environments</a> / <a href=${environmentPath(target)}>${target.application} ${target.environment}</a></p>
    <h1>History of ${target.environment}</h1>
    <form method="get" class="fields"><label>What ran on <input type="datetime-local" name="at" value=${typed} required /></label> <span class="hint">UTC</span> <button>Look</button></form>
    ${typed !== '' && at === undefined ? html`<p class="tone bad" role="alert">That is no moment: write it as 2026-11-12T09:00.</p>` : null}
    ${then === undefined || at === undefined ? null : thenView(then, at)}
    <h2>Rollouts</h2>${rolloutTable(rollouts, now())}
    ${rollouts.length < ROWS ? null : html`<nav class="pager" aria-label="Pages of rollouts"><a href=${`${environmentPath(target, 'history')}?${new URLSearchParams({ before: rollouts.at(-1)?.id ?? '' })}`} rel="next">Older</a></nav>`}`
  return { title: `History of ${target.environment}`, view }
}

async function asOfMoment({ deps }: Visit, target: { application: string; environment: string }, at: number) {
  return asOf(await deps.store.releases(target.application, target.environment, { from: at, to: at }), at)
}

/** `2026-11-12T09:00`, as a browser's field writes it, in UTC. */
function readAt(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?$/.test(text)) return undefined
  const at = Date.parse(`${text.replace(' ', 'T')}Z`)
  return Number.isNaN(at) ? undefined : at
}

function thenView(then: readonly HostThen[], at: number): View {
  if (then.length === 0)
    return html`<section><h2>On ${moment(at)}</h2><p>Nothing is recorded to have run there.</p></section>`
  const groups = Map.groupBy(then, ({ zone, release }) => JSON.stringify([zone, release]))
  const rows = [...groups.values()].map(
    (group) => html`<tr><th scope="row"><code>${group[0]?.release ?? ''}</code></th><td>${group[0]?.zone ?? ''}</td>
    <td>${hosts(group.length)}</td><td class="quiet">${listed({ count: group.length, names: group.map(({ name }) => name) })}</td></tr>`,
  )
  return html`<section><h2>On ${moment(at)}</h2><div class="scroll"><table><thead><tr><th scope="col">release</th><th scope="col">zone</th><th scope="col">hosts</th><th scope="col">names</th></tr></thead><tbody>${rows}</tbody></table></div></section>`
}

export function rolloutTable(rollouts: readonly RolloutSummary[], now: number): View {
  if (rollouts.length === 0) return html`<p class="quiet">Nothing was rolled out yet.</p>`
  const heads = ['when', 'what', 'how it ended', 'asked for by', 'took', 'why']
  const rows = rollouts.map(
    ({ id, kind, releaseId, cursor, requestedBy, reason, createdAt, finishedAt }) => html`<tr>
    <td>${age(createdAt, now)}</td>
    <th scope="row"><a href=${`/rollouts/${id}`}>${kind} <code>${releaseId}</code></a></th>
    <td>${badge(ROLLOUT_SIGNS[cursor.phase])}</td><td>${requestedBy.name}</td>
    <td>${finishedAt === undefined ? '–' : duration(finishedAt - createdAt)}</td>
    <td>${reason ?? ''} ${cursor.halt ? html`<span class="quiet">${haltWords(cursor.halt)}</span>` : null}</td></tr>`,
  )
  return html`<div class="scroll"><table><thead><tr>${heads.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div>`
}

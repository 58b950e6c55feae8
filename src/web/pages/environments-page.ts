// Every environment that somebody may see: what runs there, since when, whether it is locked, and what is being rolled out.

import type { Target } from '../../core/command.ts'
import { hosts } from '../../core/phrases.ts'
import { hasEnded } from '../../core/rollout.ts'
import type { HostRecord, RolloutSummary } from '../../engine/ports.ts'
import type { SeenPlace } from '../../engine/ports-desk.ts'
import { environmentPath } from '../view/act-forms.ts'
import { html, type View } from '../view/html.ts'
import { age } from '../view/time.ts'
import { badge, ROLLOUT_SIGNS } from '../view/words.ts'
import { lockBadges } from './lock-view.ts'
import type { Body, Visit } from './visit.ts'

export async function environmentsPage({ deps, person }: Visit): Promise<Body> {
  const places = (await deps.desk.places(person)).toSorted(byName)
  const rows = await Promise.all(places.map((place) => rowOf(deps, place)))
  const view = html`<h1>Environments</h1>
    ${
      places.length === 0
        ? emptyView()
        : html`<div class="scroll"><table>
      <thead><tr>${['application', 'environment', 'release', 'since', 'hosts', 'last rollout', 'lock'].map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
      <tbody>${rows}</tbody></table></div>`
    }`
  return { title: 'Environments', view }
}

function emptyView(): View {
  return html`<p>There is nothing to see yet. An environment is here as soon as its <code>houston.yml</code> names it, and you may look at its repository.</p>`
}

async function rowOf({ store, now }: Visit['deps'], place: SeenPlace): Promise<View> {
  const [records, [latest], { locks }] = await Promise.all([
    store.records(place.application, place.environment),
    store.rollouts({ ...target(place), limit: 1 }),
    store.locks(target(place)),
  ])
  const runs = releasesOf(records)
  return html`<tr>
    <td>${place.application}</td>
    <th scope="row"><a href=${environmentPath(place)}>${place.environment}</a></th>
    <td>${runningView(runs)}</td>
    <td>${runs[0] === undefined ? '–' : age(runs[0].since, now())}</td>
    <td>${healthView(records)}</td>
    <td>${latest === undefined ? 'none yet' : latestView(latest, now())}</td>
    <td>${lockBadges(locks, now())}</td>
  </tr>`
}

function byName(a: Target, b: Target): number {
  const [one, other] = [`${a.application} ${a.environment}`, `${b.application} ${b.environment}`]
  return one < other ? -1 : Number(one > other)
}

function target({ application, environment }: Target): Target {
  return { application, environment }
}

export type Running = { release: string; hosts: number; since: number }

/** What hosts run, the most common one first. */
export function releasesOf(records: readonly HostRecord[]): Running[] {
  const found = new Map<string, Running>()
  for (const { release, at } of records) {
    if (release === undefined) continue
    const known = found.get(release)
    found.set(release, { release, hosts: (known?.hosts ?? 0) + 1, since: Math.min(known?.since ?? at, at) })
  }
  return [...found.values()].sort((a, b) => b.hosts - a.hosts)
}

export function runningView(runs: readonly Running[]): View {
  const [first] = runs
  if (!first) return html`<span class="quiet">nothing known</span>`
  if (runs.length === 1) return html`<code>${first.release}</code>`
  return runs.map(
    ({ release, hosts: count }) =>
      html`<div><code>${release}</code> <span class="tone warn">on ${hosts(count)}</span></div>`,
  )
}

export function healthView(records: readonly HostRecord[]): View {
  const unwell = records.filter(({ health }) => health !== 'healthy').length
  if (records.length === 0) return '–'
  if (unwell === 0) return html`<span class="tone ok"><span aria-hidden="true">✓</span> ${hosts(records.length)}</span>`
  return html`<span class="tone bad"><span aria-hidden="true">✕</span> ${unwell} of ${hosts(records.length)} not well</span>`
}

export function latestView({ id, kind, releaseId, cursor, createdAt }: RolloutSummary, now: number): View {
  const running = !hasEnded(cursor.phase)
  return html`<a href=${`/rollouts/${id}`}>${kind} <code>${releaseId}</code></a> ${badge(ROLLOUT_SIGNS[cursor.phase])}
    <span class="quiet"> ${running ? 'since ' : ''}${age(createdAt, now)}</span>`
}

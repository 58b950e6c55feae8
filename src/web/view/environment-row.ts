// An environment's row in the table of all: what runs there, since when, whether it is well, what is being rolled out, and the lock.
// The server draws it, and the island again when it changed.

import type { Target } from '../../core/command.ts'
import type { EnvironmentLocks } from '../../core/lock.ts'
import { hosts } from '../../core/phrases.ts'
import { hasEnded } from '../../core/rollout.ts'
import type { HostRecord } from '../../engine/ports.ts'
import type { Summary } from '../api/schema/rollout.ts'
import { environmentPath } from './act-forms.ts'
import { html, type View } from './html.ts'
import { lockBadges } from './lock-badges.ts'
import { age } from './time.ts'
import { badge, ROLLOUT_SIGNS } from './words.ts'

/** `releases`: what hosts run, the most common one first. `unwell`: of `hosts`, those that are not healthy. */
export type EnvironmentRow = Target & {
  releases: Running[]
  hosts: number
  unwell: number
  latest?: Summary
  locks: EnvironmentLocks
}

const COLUMNS = ['application', 'environment', 'release', 'since', 'hosts', 'last rollout', 'lock']

export function environmentTable(rows: readonly EnvironmentRow[], now: number): View {
  return html`<div class="scroll"><table>
      <thead><tr>${COLUMNS.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
      <tbody>${rows.map((row) => rowView(row, now))}</tbody></table></div>`
}

function rowView(row: EnvironmentRow, now: number): View {
  const { application, environment, releases, latest, locks } = row
  return html`<tr>
    <td>${application}</td>
    <th scope="row"><a href=${environmentPath(row)}>${environment}</a></th>
    <td>${runningView(releases)}</td>
    <td>${releases[0] === undefined ? '–' : age(releases[0].since, now)}</td>
    <td>${healthView(row)}</td>
    <td>${latest === undefined ? 'none yet' : latestView(latest, now)}</td>
    <td>${lockBadges(locks, now)}</td>
  </tr>`
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

export function healthView({ hosts: all, unwell }: Pick<EnvironmentRow, 'hosts' | 'unwell'>): View {
  if (all === 0) return '–'
  if (unwell === 0) return html`<span class="tone ok"><span aria-hidden="true">✓</span> ${hosts(all)}</span>`
  return html`<span class="tone bad"><span aria-hidden="true">✕</span> ${unwell} of ${hosts(all)} not well</span>`
}

export function latestView({ rollout, kind, release, phase, createdAt }: Summary, now: number): View {
  const running = !hasEnded(phase)
  return html`<a href=${`/rollouts/${rollout}`}>${kind} <code>${release}</code></a> ${badge(ROLLOUT_SIGNS[phase])}
    <span class="quiet"> ${running ? 'since ' : ''}${age(createdAt, now)}</span>`
}

// When each zone was at work, on one line of time for all of them.

import { duration } from '../../core/phrases.ts'
import type { RolloutPage } from '../../core/report-rollout-page.ts'
import { html, type View } from './html.ts'
import { clockTime } from './time.ts'

export function timeline({ report, zones, spans }: RolloutPage, now: number): View {
  const from = report.createdAt
  const to = Math.max(from + 1, report.finishedAt ?? now)
  const rows = zones.flatMap((name, index) => {
    const { from: began, to: ended } = spans[index] ?? {}
    if (began === undefined) return []
    const atWork = (report.zones.find((zone) => zone.name === name)?.hosts.running ?? 0) > 0
    const end = atWork || ended === undefined ? to : ended
    return [row({ name, began, end, atWork }, { from, to })]
  })
  if (rows.length === 0) return html`<p class="quiet">No host has begun yet.</p>`
  return html`<table class="timeline">
    <thead><tr><th scope="col">zone</th><th scope="col">${clockTime(from)} to ${clockTime(to)} UTC</th><th scope="col">at work</th></tr></thead>
    <tbody>${rows}</tbody></table>`
}

type Work = { name: string; began: number; end: number; atWork: boolean }

function row({ name, began, end, atWork }: Work, whole: { from: number; to: number }): View {
  const at = (moment: number) => Math.min(1000, Math.max(0, ((moment - whole.from) / (whole.to - whole.from)) * 1000))
  const width = Math.max(4, at(end) - at(began))
  const until = atWork ? 'now' : clockTime(end)
  return html`<tr key=${name}><th scope="row">${name}</th>
    <td><svg class="span" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">
      <rect class=${atWork ? 'fill run' : 'fill done'} x=${Math.min(at(began), 996)} y="1" width=${width} height="8" /></svg></td>
    <td>${clockTime(began)} to ${until} <span class="quiet">(${duration(end - began)})</span></td></tr>`
}

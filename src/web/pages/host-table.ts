// Every host of a rollout as rows, some at a time, with a search that needs no script: the twin of the grids.

import type { HostRow, RolloutPage } from '../../core/report-rollout-page.ts'
import type { HostPhase } from '../../core/rollout.ts'
import { hostPath } from '../view/host-cell.ts'
import { html, type View } from '../view/html.ts'
import { HOST_SIGNS } from '../view/words.ts'
import { numberOf } from './visit.ts'

const ROWS = 50

type Query = Readonly<Record<string, string>>

export function hostTable(page: RolloutPage, query: Query, path: string): View {
  const { q = '', phase = '', zone = '' } = query
  const found = page.hosts.flatMap((row, index) => (fits(page, row, { q, phase, zone }) ? [{ row, index }] : []))
  const pages = Math.max(1, Math.ceil(found.length / ROWS))
  const at = Math.min(numberOf(query.page, 1), pages)
  const rows = found.slice((at - 1) * ROWS, at * ROWS).map(({ row, index }) => tableRow(page, row, index))
  return html`<section id="table" aria-labelledby="table-title"><h2 id="table-title">Hosts</h2>
    <form method="get" action="${path}#table" class="fields" role="search">
      <label>Name <input name="q" value=${q} size="16" /></label>
      <label>State <select name="phase"><option value="">any</option>${Object.entries(HOST_SIGNS).map(([value, { word }]) => option(value, word, phase))}</select></label>
      <label>Zone <select name="zone"><option value="">any</option>${page.zones.map((name) => option(name, name, zone))}</select></label>
      <button>Show</button> <span class="quiet">${found.length} of ${page.hosts.length}</span>
    </form>
    <div class="scroll"><table><thead><tr><th scope="col">host</th><th scope="col">zone</th><th scope="col">state</th><th scope="col">step</th><th scope="col">attempt</th><th scope="col">what it said</th></tr></thead>
      <tbody>${rows}</tbody></table></div>
    ${pager({ at, pages, path, query: { q, phase, zone } })}</section>`
}

function fits(
  { zones }: RolloutPage,
  [name, zone, phase]: HostRow,
  want: { q: string; phase: string; zone: string },
): boolean {
  if (want.phase !== '' && want.phase !== phase) return false
  if (want.zone !== '' && want.zone !== zones[zone]) return false
  return name.includes(want.q)
}

function option(value: HostPhase | string, word: string, chosen: string): View {
  return html`<option value=${value} selected=${value === chosen}>${word}</option>`
}

function tableRow({ report, zones, signatures }: RolloutPage, row: HostRow, index: number): View {
  const [name, zone, phase, attempt, step, signature] = row
  const { word, glyph, tone } = HOST_SIGNS[phase]
  return html`<tr id=${`r${index}`}><th scope="row"><a href=${hostPath(report.rollout, name)} data-host=${name}>${name}</a></th><td>${zones[zone] ?? ''}</td>
    <td class=${`tone ${tone}`}>${glyph} ${word}</td><td>${step ?? '–'}</td><td>${attempt}</td><td><code>${signature === undefined ? '' : (signatures[signature] ?? '')}</code></td></tr>`
}

function pager({
  at,
  pages,
  path,
  query,
}: {
  at: number
  pages: number
  path: string
  query: Record<string, string>
}): View {
  if (pages === 1) return null
  const to = (page: number) => `${path}?${new URLSearchParams({ ...query, page: String(page) })}#table`
  return html`<nav class="pager" aria-label="Pages of hosts">
    ${at > 1 ? html`<a href=${to(at - 1)} rel="prev">Previous</a>` : null}<span>Page ${at} of ${pages}</span>
    ${at < pages ? html`<a href=${to(at + 1)} rel="next">Next</a>` : null}</nav>`
}

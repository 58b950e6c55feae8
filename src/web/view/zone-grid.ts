// The hosts of a zone as cells, in the plan's order, which never changes. The island patches the cells, so a grid is made once.

import type { RolloutPage } from '../../core/report-rollout-page.ts'
import { cellOf, hostPath } from './host-cell.ts'
import { html, type View } from './html.ts'

/** Above it a page would be slow to lay out: cells are drawn on a canvas, and the table has the words. */
export const MOST_CELLS = 2_000
/** Up to here cells have room for their hosts' names. */
const MOST_NAMED = 150

export type Grids = readonly View[]

/** A grid per zone of the page. */
export function zoneGrids(page: RolloutPage): Grids {
  if (page.hosts.length > MOST_CELLS) return page.zones.map((zone, index) => canvasOf(zone, index))
  const cells = page.zones.map((): View[] => [])
  page.hosts.forEach((row, index) => {
    cells[row[1]]?.push(cell(page, index))
  })
  const named = page.hosts.length <= MOST_NAMED ? 'grid named' : 'grid'
  return cells.map(
    (list, zone) =>
      html`<div class=${named} role="group" aria-label=${`Hosts of ${page.zones[zone] ?? ''}`}>${list}</div>`,
  )
}

function cell({ report, hosts }: RolloutPage, index: number): View {
  const row = hosts[index]
  if (!row) return null
  const { className, glyph, label } = cellOf(row)
  const name = hosts.length <= MOST_NAMED ? html`<span>${row[0]}</span>` : null
  return html`<a id=${`h${index}`} class=${className} href=${hostPath(report.rollout, row[0])} title=${label}><b aria-hidden="true">${glyph}</b>${name}</a>`
}

function canvasOf(zone: string, index: number): View {
  return html`<canvas class="fleet" data-zone=${index} role="img" aria-label=${`Hosts of ${zone}; the table below has every one`}></canvas>
    <noscript><p class="quiet">The table below has every host.</p></noscript>`
}

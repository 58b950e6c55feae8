// Changes hosts where they stand on the page, in the grid and in the table: cells are many, and most do not change.

import type { RolloutPage } from '../../core/report-rollout-page.ts'
import { cellOf } from '../view/host-cell.ts'
import { HOST_SIGNS } from '../view/words.ts'
import { MOST_CELLS } from '../view/zone-grid.ts'

export function patchHosts(page: RolloutPage, hosts: Iterable<number>): void {
  const rows = tableRows()
  for (const index of hosts) {
    if (page.hosts.length <= MOST_CELLS) patchCell(page, index)
    const row = rows.get(index)
    if (row) patchRow(page, index, row)
  }
}

function patchCell({ hosts }: RolloutPage, index: number): void {
  const row = hosts[index]
  const cell = document.getElementById(`h${index}`)
  if (!row || !cell) return
  const { className, glyph, label } = cellOf(row)
  if (cell.title === label) return
  cell.className = className
  cell.title = label
  const drawn = cell.firstChild?.firstChild
  if (drawn && drawn.nodeValue !== glyph) drawn.nodeValue = glyph
}

function tableRows(): Map<number, HTMLTableRowElement> {
  const rows = document.querySelectorAll<HTMLTableRowElement>('#table tbody tr')
  return new Map([...rows].map((row) => [Number(row.id.slice(1)), row]))
}

function patchRow({ hosts, signatures }: RolloutPage, index: number, row: HTMLTableRowElement): void {
  const [, , phase = 'queued', attempt = 1, step, signature] = hosts[index] ?? []
  const { word, glyph, tone } = HOST_SIGNS[phase]
  const [, , state, at, tried, said] = row.cells
  if (!state || !at || !tried || !said?.firstElementChild) return
  state.className = `tone ${tone}`
  state.textContent = `${glyph} ${word}`
  at.textContent = step ?? '–'
  tried.textContent = String(attempt)
  said.firstElementChild.textContent = signature === undefined ? '' : (signatures[signature] ?? '')
}

/** A grid is one stop of the keyboard; arrows move inside it. */
export function rove(place: HTMLElement): void {
  for (const grid of place.querySelectorAll('.grid')) {
    const cells = [...grid.querySelectorAll<HTMLElement>('.cell')]
    if (grid.hasAttribute('data-roves')) continue
    grid.setAttribute('data-roves', '')
    for (const cell of cells.slice(1)) cell.tabIndex = -1
    grid.addEventListener('keydown', (event) => event instanceof KeyboardEvent && move(event, cells))
  }
}

function move(event: KeyboardEvent, cells: readonly HTMLElement[]): void {
  const at = document.activeElement instanceof HTMLElement ? cells.indexOf(document.activeElement) : -1
  const rowLength = cells.findIndex((cell) => cell.offsetTop > (cells[0]?.offsetTop ?? 0))
  const below = rowLength < 0 ? cells.length : rowLength
  const steps: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: below, ArrowUp: -below }
  const step = steps[event.key]
  const next = step === undefined ? undefined : cells[at + step]
  if (at < 0 || !next) return
  event.preventDefault()
  for (const cell of cells) cell.tabIndex = cell === next ? 0 : -1
  next.focus()
}

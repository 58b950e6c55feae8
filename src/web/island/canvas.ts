// Large fleets: a square a host on one canvas a zone, drawn again only where something changed. Shape tells as much as colour: full
// is done, a cross is not well, an outline waits.

import type { HostRow } from '../../core/report-rollout-page.ts'
import { cellOf } from '../view/host-cell.ts'
import { HOST_SIGNS, type Tone } from '../view/words.ts'

const SIZE = 9
const GAP = 2
const PITCH = SIZE + GAP

export type Canvases = { drawAll(): void; draw(hosts: readonly number[]): void }

type Zone = { canvas: HTMLCanvasElement; pen: CanvasRenderingContext2D; hosts: number[]; columns: number }

export function openCanvases(
  place: HTMLElement,
  rows: () => readonly HostRow[],
  open: (host: string) => void,
): Canvases {
  const zones = new Map<number, Zone>()
  for (const canvas of place.querySelectorAll<HTMLCanvasElement>('canvas.fleet')) {
    const pen = canvas.getContext('2d')
    if (pen) zones.set(Number(canvas.dataset.zone), { canvas, pen, hosts: [], columns: 1 })
  }
  const slots = slotsOf(rows(), zones)
  let colours = readColours()
  const paint = (index: number) => {
    const row = rows()[index]
    const zone = row && zones.get(row[1])
    if (row && zone) square(zone, slots[index] ?? 0, { tone: HOST_SIGNS[row[2]].tone, colours })
  }
  const drawAll = () => {
    colours = readColours()
    for (const zone of zones.values()) resize(zone)
    for (const index of rows().keys()) paint(index)
  }
  for (const zone of zones.values()) listen(zone, rows, open)
  let width = place.clientWidth
  new ResizeObserver(() => {
    if (place.clientWidth === width) return
    width = place.clientWidth
    drawAll()
  }).observe(place)
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll)
  return { drawAll, draw: (hosts) => hosts.forEach(paint) }
}

/** The place of each host in its zone. */
function slotsOf(rows: readonly HostRow[], zones: ReadonlyMap<number, Zone>): number[] {
  return rows.map(([, zone], index) => (zones.get(zone)?.hosts.push(index) ?? 1) - 1)
}

function resize(zone: Zone): void {
  const { canvas, hosts, pen } = zone
  const width = canvas.parentElement?.clientWidth ?? 600
  zone.columns = Math.max(1, Math.floor((width + GAP) / PITCH))
  const height = Math.ceil(hosts.length / zone.columns) * PITCH
  const scale = devicePixelRatio
  canvas.width = Math.round(width * scale)
  canvas.height = Math.round(height * scale)
  pen.scale(canvas.width / width, canvas.height / height)
}

type Look = { tone: Tone; colours: Readonly<Record<Tone, string>> }

function square({ pen, columns }: Zone, slot: number, { tone, colours }: Look): void {
  const x = (slot % columns) * PITCH
  const y = Math.floor(slot / columns) * PITCH
  pen.clearRect(x, y, PITCH, PITCH)
  pen.fillStyle = colours[tone]
  pen.strokeStyle = colours[tone]
  pen.lineWidth = tone === 'quiet' ? 1 : 2
  if (tone === 'quiet') pen.strokeRect(x + 0.5, y + 0.5, SIZE - 1, SIZE - 1)
  else if (tone === 'ok') pen.fillRect(x, y, SIZE, SIZE)
  else if (tone === 'run') pen.strokeRect(x + 2, y + 2, SIZE - 4, SIZE - 4)
  else cross(pen, x, y)
}

function cross(pen: CanvasRenderingContext2D, x: number, y: number): void {
  pen.beginPath()
  pen.moveTo(x + 1, y + 1)
  pen.lineTo(x + SIZE - 1, y + SIZE - 1)
  pen.moveTo(x + SIZE - 1, y + 1)
  pen.lineTo(x + 1, y + SIZE - 1)
  pen.stroke()
}

function readColours(): Record<Tone, string> {
  const style = getComputedStyle(document.documentElement)
  const of = (name: string) => style.getPropertyValue(`--${name}`).trim()
  return {
    ok: of('ok-cell'),
    run: of('run'),
    bad: of('spent'),
    warn: of('warn'),
    odd: of('odd'),
    quiet: of('wait-cell'),
  }
}

function listen(zone: Zone, rows: () => readonly HostRow[], open: (host: string) => void): void {
  const { canvas } = zone
  const rowAt = ({ offsetX, offsetY }: MouseEvent) => {
    const slot = Math.floor(offsetY / PITCH) * zone.columns + Math.floor(offsetX / PITCH)
    return rows()[zone.hosts[slot] ?? -1]
  }
  canvas.addEventListener('mousemove', (event) => {
    const row = rowAt(event)
    canvas.title = row ? cellOf(row).label : ''
  })
  canvas.addEventListener('click', (event) => {
    const row = rowAt(event)
    if (row) open(row[0])
  })
}

// One host as a cell of its zone's grid. The island changes cells in place by the same names, so they stand here alone.

import type { HostRow } from '../../core/report-rollout-page.ts'
import { HOST_SIGNS } from './words.ts'

/** What a cell shows. `label`: for whoever points at it or hears it. */
export type Cell = { className: string; glyph: string; label: string }

export function cellOf([name, , phase, attempt, step]: HostRow): Cell {
  const { word, glyph, tone } = HOST_SIGNS[phase]
  const at = step && phase !== 'succeeded' ? ` at ${step}` : ''
  const again = attempt > 1 ? `, attempt ${attempt}` : ''
  return { className: `cell ${tone}`, glyph, label: `${name}: ${word}${at}${again}` }
}

export function hostPath(rollout: string, host: string): string {
  return `/rollouts/${encodeURIComponent(rollout)}/hosts/${encodeURIComponent(host)}`
}

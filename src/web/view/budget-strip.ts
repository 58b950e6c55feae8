// A failure budget as a strip: what is spent, what is left, and the place at which the rollout halts. Drawn with attributes of
// SVG alone, because the pages allow no styles of their own.

import type { RolloutReport } from '../../core/report.ts'
import { html, type View } from './html.ts'

type Budget = { failed: number; haltsAt: number; of: number }

export function budgetStrips(report: Pick<RolloutReport, 'fleetBudget' | 'stageBudget' | 'stage' | 'zones'>): View {
  const { fleetBudget, stageBudget, stage, zones } = report
  const named: [string, Budget][] = [
    ...(fleetBudget ? [['whole fleet', fleetBudget] as [string, Budget]] : []),
    ...(stageBudget ? [[`stage ${stage?.name ?? ''}`, stageBudget] as [string, Budget]] : []),
    ...zones.flatMap(({ name, budget }): [string, Budget][] => (budget ? [[name, budget]] : [])),
  ]
  if (named.length === 0) return html`<p class="quiet">No failure budget is set: it never halts by itself.</p>`
  return html`<ul class="strips">${named.map(([name, budget]) => strip(name, budget))}</ul>`
}

/** Slots up to here are drawn one by one, more of them as one length. */
const MOST_SLOTS = 40

function strip(name: string, { failed, haltsAt, of }: Budget): View {
  const spent = failed >= haltsAt ? 'bad' : failed > 0 ? 'warn' : 'ok'
  const words = haltsAt > of ? `all ${of} may fail` : `halts at ${haltsAt} of ${of}`
  return html`<li class="strip">
    <span class="name">${name}</span>
    ${drawing({ failed, haltsAt, tone: spent })}
    <span class="words"><b class="tone ${spent}">${failed} failed</b> <span class="mark">▲ ${words}</span></span>
  </li>`
}

function drawing({ failed, haltsAt, tone }: { failed: number; haltsAt: number; tone: string }): View {
  const slots = Math.min(haltsAt, MOST_SLOTS)
  const filled = haltsAt <= MOST_SLOTS ? Math.min(failed, slots) : Math.floor(Math.min(1, failed / haltsAt) * slots)
  const width = 200 / slots
  const cells = Array.from({ length: slots }, (_, index) => {
    const kind = index < filled ? `spent ${tone}` : index === slots - 1 ? 'last' : 'left'
    return html`<rect class=${kind} x=${index * width} y="2" width=${Math.max(1, width - 1)} height="10" />`
  })
  return html`<svg class="slots" viewBox="0 0 206 18" aria-hidden="true">${cells}
    <path class="halt" d="M203 0V14" /></svg>`
}

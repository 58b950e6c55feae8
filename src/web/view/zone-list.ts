// The zones of a rollout: counts in words and as a bar, and each zone's hosts below.

import { duration } from '../../core/phrases.ts'
import type { Count, ZoneReport } from '../../core/report-hosts.ts'
import type { RolloutPage } from '../../core/report-rollout-page.ts'
import { html, type View } from './html.ts'
import type { Grids } from './zone-grid.ts'

export function zoneList({ report, zones }: RolloutPage, grids: Grids): View {
  return report.zones.map((zone) => {
    const index = zones.indexOf(zone.name)
    return html`<section class="zone" key=${zone.name} aria-labelledby=${`z${index}`}>
      <h3 id=${`z${index}`}>${zone.name} <small>${countWords(zone)}</small></h3>
      ${countBar(zone.hosts)}
      ${grids[index]}
    </section>`
  })
}

function countWords({ hosts: count, etaMs }: Pick<ZoneReport, 'hosts' | 'etaMs'>): string {
  const parts: [number, string][] = [
    [count.failed, 'failed'],
    [count.unreachable, 'unreachable'],
    [count.unknown, 'out of sight'],
    [count.running, 'at work'],
    [count.queued, 'queued'],
    [count.skipped, 'skipped'],
  ]
  const words = parts.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`)
  const eta = etaMs === undefined ? [] : [`about ${duration(etaMs)} to go`]
  return [`${count.succeeded} of ${count.planned} done`, ...words, ...eta].join(' · ')
}

/** How a number of hosts stand, as one bar. The words beside it say the same. */
export function countBar(count: Count): View {
  const parts: [number, string][] = [
    [count.succeeded, 'ok'],
    [count.running, 'run'],
    [count.failed, 'bad'],
    [count.unreachable, 'warn'],
    [count.unknown, 'odd'],
    [count.skipped, 'skip'],
  ]
  let x = 0
  const bars = parts.map(([number, tone]) => {
    const width = count.planned === 0 ? 0 : (number / count.planned) * 1000
    x += width
    return html`<rect class=${`fill ${tone}`} x=${x - width} y="0" width=${width} height="8" />`
  })
  return html`<svg class="bar" viewBox="0 0 1000 8" preserveAspectRatio="none" aria-hidden="true">${bars}</svg>`
}

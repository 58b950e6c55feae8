// The part of a rollout's page that changes while somebody looks: the same on the server and in the browser.

import type { RolloutPage } from '../../core/report-rollout-page.ts'
import { type ActsOf, actForms } from './act-forms.ts'
import { budgetStrips } from './budget-strip.ts'
import { failureList } from './failure-list.ts'
import { headline } from './headline.ts'
import { html, type View } from './html.ts'
import { timeline } from './timeline.ts'
import type { Grids } from './zone-grid.ts'
import { zoneList } from './zone-list.ts'

export type Shown = {
  page: RolloutPage
  acts: ActsOf
  /** Made once: see `zone-grid.ts`. */
  grids: Grids
  /** For ages and for what is left of a bake, ms since 1970. */
  now: number
}

export function rolloutView({ page, acts, grids, now }: Shown): View {
  const { report } = page
  return html`<div class="rollout">
    ${headline(report, now)}
    ${actForms(report, acts)}
    <section aria-labelledby="budgets"><h2 id="budgets">Failure budgets</h2>${budgetStrips(report)}</section>
    ${
      report.failures.length === 0
        ? null
        : html`<section key="failures" aria-labelledby="failures"><h2 id="failures">Failures</h2>${failureList(report)}</section>`
    }
    <section key="zones" aria-labelledby="zones"><h2 id="zones">Zones</h2>${zoneList(page, grids)}</section>
    <section key="time" aria-labelledby="time"><h2 id="time">Timeline</h2>${timeline(page, now)}</section>
  </div>`
}

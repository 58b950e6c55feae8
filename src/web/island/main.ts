// The island: takes over the live part of a page, hears what changes, and opens a rollout's hosts in a drawer. Everything that it
// shows was on the page before it came.

import { render } from 'preact'
import { applyChange, type RolloutChange } from '../../core/report-rollout-change.ts'
import type { RolloutPage } from '../../core/report-rollout-page.ts'
import type { ActsOf } from '../view/act-forms.ts'
import { rolloutTitle } from '../view/headline.ts'
import { rolloutView } from '../view/rollout-view.ts'
import { type Grids, MOST_CELLS, zoneGrids } from '../view/zone-grid.ts'
import { type Canvases, openCanvases } from './canvas.ts'
import { openDrawer } from './drawer.ts'
import { followEnvironments } from './environments.ts'
import { listen, sign } from './listen.ts'
import { patchHosts, rove } from './patch.ts'
import { takeOver } from './take-over.ts'

const root = document.getElementById('rollout')
if (root?.dataset.rollout !== undefined) follow(root, root.dataset.rollout)
const all = document.getElementById('environments')
if (all) followEnvironments(all)

function follow(place: HTMLElement, rollout: string): void {
  const acts: ActsOf = JSON.parse(place.dataset.acts ?? '{}')
  let page: RolloutPage | undefined
  let grids: Grids = []
  let canvases: Canvases | undefined
  const drawer = openDrawer(rollout)
  const show = () => {
    if (!page) return
    render(rolloutView({ page, acts, grids, now: Date.now() }), place)
    document.title = `${rolloutTitle(page.report)} · Houston`
  }
  listen<RolloutPage, RolloutChange>(`/api/v1/rollouts/${encodeURIComponent(rollout)}/events`, {
    snapshot(fresh) {
      const first = page === undefined
      if (first) grids = zoneGrids(fresh)
      page = fresh
      if (first) takeOver(place, show)
      else show()
      patchHosts(page, page.hosts.keys())
      if (page.hosts.length > MOST_CELLS) canvases ??= openCanvases(place, () => page?.hosts ?? [], drawer.open)
      canvases?.drawAll()
      rove(place)
    },
    change(change) {
      if (!page) return
      page = applyChange(page, change)
      show()
      const changed = change.hosts.map(([index]) => index)
      patchHosts(page, changed)
      canvases?.draw(changed)
      drawer.changed(change.hosts.map(([index]) => page?.hosts[index]?.[0] ?? ''))
    },
    hearing: (state) => (page || state !== 'live') && sign(state),
  })
  setInterval(show, 10_000)
}

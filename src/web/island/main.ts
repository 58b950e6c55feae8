// The island: takes over the live part of a rollout's page, hears what changes, and opens hosts in a drawer. Everything that it
// shows was on the page before it came.

import { render } from 'preact'
import { applyChange, type RolloutChange } from '../../core/report-rollout-change.ts'
import type { RolloutPage } from '../../core/report-rollout-page.ts'
import type { ActsOf } from '../view/act-forms.ts'
import { rolloutView } from '../view/rollout-view.ts'
import { type Grids, MOST_CELLS, zoneGrids } from '../view/zone-grid.ts'
import { type Canvases, openCanvases } from './canvas.ts'
import { openDrawer } from './drawer.ts'
import { patchHosts, rove } from './patch.ts'

const root = document.getElementById('rollout')
if (root?.dataset.rollout !== undefined) follow(root, root.dataset.rollout)

function follow(place: HTMLElement, rollout: string): void {
  const acts: ActsOf = JSON.parse(place.dataset.acts ?? '{}')
  let page: RolloutPage | undefined
  let grids: Grids = []
  let canvases: Canvases | undefined
  const drawer = openDrawer(rollout)
  const show = () => page && render(rolloutView({ page, acts, grids, now: Date.now() }), place)
  const source = new EventSource(`/api/v1/rollouts/${encodeURIComponent(rollout)}/events`)
  source.addEventListener('snapshot', ({ data }) => {
    const fresh: RolloutPage = JSON.parse(data)
    if (!page) grids = zoneGrids(fresh)
    page = fresh
    show()
    patchHosts(page, page.hosts.keys())
    if (page.hosts.length > MOST_CELLS) canvases ??= openCanvases(place, () => page?.hosts ?? [], drawer.open)
    canvases?.drawAll()
    rove(place)
    live('live')
  })
  source.addEventListener('change', ({ data }) => {
    if (!page) return
    const change: RolloutChange = JSON.parse(data)
    page = applyChange(page, change)
    show()
    const changed = change.hosts.map(([index]) => index)
    patchHosts(page, changed)
    canvases?.draw(changed)
    drawer.changed(change.hosts.map(([index]) => page?.hosts[index]?.[0] ?? ''))
    live('live')
  })
  source.addEventListener('open', () => page && live('live'))
  source.addEventListener('error', () => live('lost'))
  setInterval(show, 10_000)
}

function live(state: 'live' | 'lost'): void {
  const sign = document.getElementById('live')
  if (!sign || sign.dataset.state === state) return
  sign.dataset.state = state
  sign.textContent = state === 'live' ? 'live' : 'not live: connecting again'
}

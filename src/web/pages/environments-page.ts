// Every environment that somebody may see: what runs there, since when, whether it is locked, and what is being rolled out.

import { byPlace } from '../api/environments.ts'
import { readEnvironment } from '../live/read-environment.ts'
import { environmentTable } from '../view/environment-row.ts'
import { html, type View } from '../view/html.ts'
import type { Body, Visit } from './visit.ts'

export async function environmentsPage({ deps, person }: Visit): Promise<Body> {
  const places = (await deps.desk.places(person)).toSorted(byPlace)
  const rows = await Promise.all(places.map((place) => readEnvironment(deps.store, place)))
  const table = html`<div id="environments">${environmentTable(rows, deps.now())}</div>`
  const view = html`<span id="live" class="live" role="status"></span><h1>Environments</h1>
    ${places.length === 0 ? emptyView() : table}`
  return { title: 'Environments', view, live: places.length > 0 }
}

function emptyView(): View {
  return html`<p>There is nothing to see yet. An environment is here as soon as its <code>houston.yml</code> names it, and you may look at its repository.</p>`
}

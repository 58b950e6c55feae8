// The table of all environments, as it changes.

import { render } from 'preact'
import { type EnvironmentRow, environmentTable } from '../view/environment-row.ts'
import { listen, sign } from './listen.ts'

type Told = { environments: EnvironmentRow[] }

export function followEnvironments(place: HTMLElement): void {
  let rows: EnvironmentRow[] = []
  const show = () => rows.length > 0 && render(environmentTable(rows, Date.now()), place)
  listen<Told, Told>('/api/v1/environments/events', {
    snapshot({ environments }) {
      rows = environments
      show()
    },
    change({ environments }) {
      const changed = new Map(environments.map((row) => [keyOf(row), row]))
      rows = rows.map((row) => changed.get(keyOf(row)) ?? row)
      show()
    },
    hearing: (state) => (rows.length > 0 || state !== 'live') && sign(state),
  })
  setInterval(show, 10_000)
}

function keyOf({ application, environment }: EnvironmentRow): string {
  return JSON.stringify([application, environment])
}

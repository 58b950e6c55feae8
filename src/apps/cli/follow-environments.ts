// Shows all environments while they change: painted over in place on a terminal, line by line elsewhere, as NDJSON for programs.

import type { EnvironmentRow } from '../../web/view/environment-row.ts'
import type { App } from './app.ts'
import { Block } from './screen/repaint.ts'
import { environmentLines } from './words/environments.ts'

type Shown = { json: boolean; sees: (row: EnvironmentRow) => boolean }

/** Ends with `told`. */
export async function followEnvironments(
  { screen, now }: App,
  told: AsyncIterable<EnvironmentRow[]> | Iterable<EnvironmentRow[]>,
  { json, sees }: Shown,
): Promise<void> {
  const block = screen.out.animated ? new Block(screen.out) : undefined
  const rows = new Map<string, EnvironmentRow>()
  for await (const changed of told) {
    const seen = changed.filter(sees)
    for (const row of seen) rows.set(JSON.stringify([row.application, row.environment]), row)
    if (json) for (const row of seen) screen.json({ kind: 'environment', ...row })
    else if (block) block.show(environmentLines([...rows.values()], now()))
    else screen.out.print(environmentLines(seen, now()))
  }
}

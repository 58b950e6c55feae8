// All environments on a terminal: a line each.

import { hosts } from '../../../core/phrases.ts'
import type { EnvironmentRow } from '../../../web/view/environment-row.ts'
import { indent, type Line, type Piece, short, styled, table } from '../screen/line.ts'
import { lockLines } from './lock.ts'
import { kindWords, phasePiece } from './status.ts'
import { ago } from './times.ts'

export function environmentLines(rows: readonly EnvironmentRow[], now: number): Line[] {
  const lines = table(rows.map((row) => cellsOf(row, now)))
  return rows.flatMap((row, index) => [lines[index] ?? [], ...indent(lockLines(row.locks, now))])
}

function cellsOf(
  { application, environment, releases, hosts: all, unwell, latest }: EnvironmentRow,
  now: number,
): Piece[] {
  const runs = releases.map(({ release, hosts: count }) => {
    return releases.length === 1 ? short(release) : `${short(release, 20)} on ${count}`
  })
  return [
    `${short(application)} ${short(environment)}`,
    runs.length === 1
      ? runs.join('')
      : styled(runs.length === 0 ? 'dim' : 'yellow', runs.join(', ') || 'nothing known'),
    unwell > 0 ? styled('red', `${unwell} of ${hosts(all)} not well`) : hosts(all),
    ...(latest
      ? [phasePiece(latest.phase), `${kindWords(latest.kind)} ${short(latest.release)}, ${ago(latest.createdAt, now)}`]
      : [styled('dim', 'no rollout yet'), '']),
  ]
}

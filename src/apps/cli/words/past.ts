// What ran where, now and then, on a terminal.

import { haltWords } from '../../../core/explain-halt.ts'
import { hosts, listed } from '../../../core/phrases.ts'
import type { HostThen, Whereabouts } from '../../../core/report-past.ts'
import { indent, type Line, type Piece, short, styled, table } from '../screen/line.ts'
import type { PastRollout } from '../session/session.ts'
import { phasePiece } from './status.ts'
import { ago, localTime } from './times.ts'

/** Newest first. */
export function historyLines(rollouts: readonly PastRollout[], now: number): Line[] {
  const rows = rollouts.map((each): Piece[] => [
    styled('dim', localTime(each.createdAt)),
    each.kind,
    styled('bold', each.release),
    phasePiece(each.phase),
    short(each.requestedBy, 24),
    [ago(each.createdAt, now), each.reason ?? '', each.halt ? haltWords(each.halt) : '']
      .filter((text) => text !== '')
      .join(' · '),
  ])
  return table(rows)
}

/** What each host ran at a moment: a line per release and zone. */
export function thenLines(then: readonly HostThen[], at: number): Line[] {
  if (then.length === 0) return [[`Nothing is recorded to have run there on ${localTime(at)}.`]]
  const groups = new Map<string, HostThen[]>()
  for (const host of then) {
    const key = JSON.stringify([host.release, host.zone])
    groups.set(key, [...(groups.get(key) ?? []), host])
  }
  const rows = [...groups.values()].map((group): Piece[] => {
    const names = { count: group.length, names: group.map(({ name }) => short(name)) }
    return [
      styled('bold', group[0]?.release ?? ''),
      short(group[0]?.zone ?? ''),
      hosts(group.length),
      styled('dim', listed(names)),
    ]
  })
  return [[`on ${localTime(at)}`], ...indent(table(rows))]
}

export function whereLines(found: readonly Whereabouts[]): Line[] {
  return found.flatMap((place): Line[] => [
    [
      styled('bold', `${place.application} ${place.environment}`),
      `  ${place.release}  `,
      place.now.count > 0
        ? styled('green', `runs on ${hosts(place.now.count)} since ${localTime(place.first)}`)
        : styled('dim', `ran until ${localTime(place.last ?? place.first)}`),
    ],
    ...(place.now.count > 0 ? [namesLine('now', place.now)] : []),
    ...(place.before.count > 0 ? [namesLine('before', place.before)] : []),
  ])
}

function namesLine(title: string, names: { count: number; names: readonly string[] }): Line {
  return [
    '  ',
    styled('dim', `${title}: ${listed({ count: names.count, names: names.names.map((name) => short(name)) })}`),
  ]
}

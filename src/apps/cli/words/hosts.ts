// The hosts of an environment, one a line, and what a host said in its last run.

import { hosts, many } from '../../../core/phrases.ts'
import type { Drift, HostReport } from '../../../core/report-drift.ts'
import { indent, type Line, type Piece, type Style, short, styled, table } from '../screen/line.ts'
import type { HostLogs } from '../session/session.ts'
import { ago } from './times.ts'

const HEALTH: Readonly<Record<NonNullable<HostReport['health']>, Style>> = {
  healthy: 'green',
  failed: 'red',
  unreachable: 'red',
  unknown: 'yellow',
}

export function hostLines(list: readonly HostReport[], now: number): Line[] {
  const rows = list.map((host): Piece[] => [
    styled('dim', short(host.zone)),
    short(host.name),
    host.health ? styled(HEALTH[host.health], host.health) : styled('dim', 'new'),
    host.release ?? '-',
    host.at === undefined ? '' : styled('dim', ago(host.at, now)),
    readingPiece(host),
  ])
  return [...table(rows), ...driftSummary(list)]
}

function readingPiece({ reading, drift }: HostReport): Piece {
  if (!reading) return ''
  if (reading.kind === 'unreachable') return styled('red', `unreachable: ${short(reading.signature, 120)}`)
  return drift ? styled('yellow', driftWords(drift)) : styled('green', 'as recorded')
}

function driftWords(drift: Drift): string {
  switch (drift.kind) {
    case 'other-release':
      return `drift: runs ${drift.found ?? 'nothing known'}, recorded is ${drift.recorded ?? 'nothing'}`
    case 'torn':
      return `drift: current points to ${drift.current}, the host noted ${drift.installed}`
    case 'busy':
      return `at work for rollout ${drift.rollout}`
    default:
      return drift satisfies never
  }
}

function driftSummary(list: readonly HostReport[]): Line[] {
  if (!list.some(({ reading }) => reading)) return []
  const drifted = list.filter(({ drift }) => drift && drift.kind !== 'busy').length
  const away = list.filter(({ reading }) => reading?.kind === 'unreachable').length
  const parts = [
    drifted === 0 ? 'no drift' : `${hosts(drifted)} with drift`,
    ...(away > 0 ? [`${hosts(away)} unreachable`] : []),
  ]
  return [[], [parts.join(', ')]]
}

/** Output of a host: hostile text, line by line; the screen escapes it. */
export function logLines({ host, rollout, phase, logs }: HostLogs): Line[] {
  const head: Line = [styled('bold', host), styled('dim', `  rollout ${rollout}, ${phase}`)]
  if (logs.length === 0) return [head, [styled('dim', '  nothing was said')]]
  return [
    head,
    ...logs.flatMap(({ attempt, log }): Line[] => [
      ...(logs.length > 1 ? [[styled('dim', `attempt ${attempt}`)]] : []),
      ...outputLines(log.head),
      ...(log.cutBytes > 0 ? [[styled('yellow', `… ${many(log.cutBytes, 'byte')} are not kept …`)]] : []),
      ...outputLines(log.tail),
    ]),
  ]
}

function outputLines(text: string): Line[] {
  if (text === '') return []
  return indent(
    text
      .replace(/\n$/, '')
      .split(/\r?\n/)
      .map((line) => [line]),
  )
}

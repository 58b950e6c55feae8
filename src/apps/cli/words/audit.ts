// The audit of intents on a terminal: a line each, who, through which door, what, and what came of it.

import type { AuditEntry, AuditFact } from '../../../core/audit.ts'
import { formatDuration } from '../../../core/duration.ts'
import { type Line, type Piece, short, styled, table } from '../screen/line.ts'
import { ago, localTime } from './times.ts'

/** In the order given. */
export function auditLines(entries: readonly AuditEntry[], now: number): Line[] {
  return table(entries.map(({ at, fact }) => [styled('dim', `${localTime(at)} ${ago(at, now)}`), ...factPieces(fact)]))
}

function factPieces(fact: AuditFact): Piece[] {
  const { person, verb, application, environment } = fact
  return [
    `${short(person.name, 24)} (${person.via} ${short(person.id, 24)}${person.door ? `, by ${person.door}` : ''})`,
    styled('bold', verb),
    short(`${application} ${environment}`.trim()),
    outcomePiece(fact),
    detailWords(fact),
  ]
}

function outcomePiece({ outcome }: AuditFact): Piece {
  return outcome.kind === 'accepted' ? styled('green', 'accepted') : styled('red', `refused: ${outcome.reason}`)
}

function detailWords(fact: AuditFact): string {
  const { release, host, forMs, steal, automatic, reason } = fact
  const parts = [
    release,
    host,
    forMs === undefined ? undefined : `for ${formatDuration(forMs)}`,
    steal && 'steal',
    automatic && 'automatic',
    reason === undefined ? undefined : `"${short(reason, 120)}"`,
  ]
  return parts.filter((part) => part !== undefined && part !== false).join(' · ')
}

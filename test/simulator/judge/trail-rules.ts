// Rules for the audit trail: appended only, each entry chained to the one before, each letter in it once (THREATS.md,
// invariants 1 and 11).

import { createHash } from 'node:crypto'
import type { TrailEntry } from '../../../src/engine/ports.ts'
import type { Known } from './known.ts'
import { must } from './violation.ts'

export function judgeTrail(known: Known, entries: readonly TrailEntry[]): void {
  for (const { seq, at, kind, body, previous, hash } of entries) {
    const end = known.trail
    must(seq === end.seq + 1, '11 trail', 'a number is missing or twice there', {
      rollout: known.id,
      seq,
      after: end.seq,
    })
    must(previous === end.hash, '11 trail', 'not chained to the entry before', { seq, kind })
    const digest = createHash('sha256')
      .update(JSON.stringify([end.hash, seq, at, kind, body]))
      .digest('hex')
    must(hash === digest, '11 trail', 'the hash is not that of the entry', { seq, kind })
    known.trail = { seq, hash }
    if (kind === 'asked') noteLetter(known, idOf(body))
  }
}

function noteLetter(known: Known, id: string): void {
  must(!known.asked.has(id), '1 letters', 'a letter was taken twice', { rollout: known.id, id })
  known.asked.add(id)
}

export function idOf(body: unknown): string {
  return typeof body === 'object' && body !== null && 'id' in body ? String(body.id) : ''
}

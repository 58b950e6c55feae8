// A rollout as a row and back. The plan is not part of it: it lives in pieces of its own.

import type { Insertable, Selectable } from 'kysely'
import type { NewRollout, RolloutSummary } from '../../engine/ports.ts'
import { toJson, toText } from './json.ts'
import type { RolloutTable } from './tables.ts'

export const SUMMARY_COLUMNS = [
  'id',
  'kind',
  'application',
  'environment',
  'release_id',
  'cursor',
  'epoch',
  'requested_by',
  'reason',
  'intent',
  'origin',
  'created_at',
  'finished_at',
] as const satisfies readonly (keyof RolloutTable)[]

export type SummaryRow = Pick<Selectable<RolloutTable>, (typeof SUMMARY_COLUMNS)[number]>

export function toRow(rollout: NewRollout, epoch: number): Insertable<RolloutTable> {
  const { plan } = rollout
  return {
    id: rollout.id,
    kind: rollout.kind,
    application: rollout.application,
    environment: rollout.environment,
    release_id: rollout.releaseId,
    commit_sha: plan.work.release.commit ?? null,
    work: toJson(plan.work),
    hosts: plan.hosts.length,
    cursor: toJson(rollout.cursor),
    phase: rollout.cursor.phase,
    epoch,
    requested_by: toJson(rollout.requestedBy),
    reason: rollout.reason === undefined ? null : toText(rollout.reason),
    intent: rollout.intent === undefined ? null : toText(rollout.intent),
    origin: rollout.origin === undefined ? null : toJson(rollout.origin),
    created_at: rollout.createdAt,
    finished_at: null,
    trail_seq: rollout.trail.seq,
    trail_hash: rollout.trail.hash,
  }
}

export function toSummary(row: SummaryRow): RolloutSummary {
  return {
    id: row.id,
    kind: row.kind,
    application: row.application,
    environment: row.environment,
    releaseId: row.release_id,
    cursor: row.cursor,
    epoch: row.epoch,
    requestedBy: row.requested_by,
    ...(row.reason !== null && { reason: row.reason }),
    ...(row.intent !== null && { intent: row.intent }),
    ...(row.origin !== null && { origin: row.origin }),
    createdAt: row.created_at,
    ...(row.finished_at !== null && { finishedAt: row.finished_at }),
  }
}

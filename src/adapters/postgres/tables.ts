// The tables as Kysely sees them. Times are ms since 1970; `json` columns hold what `toJson` wrote. No query lives here.

import type { ColumnType, Generated } from 'kysely'
import type { Health } from '../../core/fleet.ts'
import type { Answer, Ask, Person } from '../../core/intent.ts'
import type { RolloutKind } from '../../core/plan.ts'
import type { HostWork, Step } from '../../core/recipe.ts'
import type { HostPhase, RolloutCursor, RolloutPhase } from '../../core/rollout.ts'

/** Read as a value, written as JSON text. */
type Json<Value> = ColumnType<Value, string, string>

export type RolloutTable = {
  id: string
  kind: RolloutKind
  application: string
  environment: string
  release_id: string
  /** The release's commit, for looking it up; the rest of the release is in `work`. */
  commit_sha: string | null
  work: Json<HostWork>
  hosts: number
  cursor: Json<RolloutCursor>
  /** `cursor.phase` again: indexes need it. */
  phase: RolloutPhase
  epoch: number
  requested_by: Json<Person>
  reason: string | null
  created_at: number
  finished_at: number | null
  trail_seq: number
  trail_hash: string
}

/** A plan's JSON text in pieces, so that no statement is long; as text, so that it reads back as it was hashed. */
type PlanPartTable = { rollout: string; part: number; text: string }

type EventTable = {
  rollout: string
  seq: number
  at: number
  kind: string
  /** JSON text, kept to the byte: its hash is chained. */
  body: string
  previous: string
  hash: string
}

/** Absent means queued and never touched. */
export type HostTable = {
  rollout: string
  host: number
  phase: HostPhase
  attempt: number
  step: Step | null
  signature: string | null
  installed: string | null
  started_at: number | null
  finished_at: number | null
}

type LogTable = { rollout: string; host: number; attempt: number; head: string; tail: string; cut_bytes: number }

type RecordTable = {
  application: string
  environment: string
  name: string
  zone: string
  health: Health
  release: string | null
  rollout: string
  at: number
}

export type HostReleaseTable = {
  id: Generated<number>
  application: string
  environment: string
  name: string
  zone: string
  release: string
  rollout: string
  from_at: number
  /** null while it runs. */
  to_at: number | null
}

type MailboxTable = {
  /** Order of arrival. */
  seq: Generated<number>
  id: string
  rollout: string
  by: Json<Person>
  ask: Json<Ask>
  at: number
  answer: ColumnType<Answer | null, null, string>
}

/** One row. */
type EpochTable = { id: Generated<number>; value: number }

type MigrationTable = { name: string; timestamp: string }

export type Tables = {
  'houston.rollout': RolloutTable
  'houston.rollout_plan': PlanPartTable
  'houston.rollout_event': EventTable
  'houston.rollout_host': HostTable
  'houston.host_log': LogTable
  'houston.host_record': RecordTable
  'houston.host_release': HostReleaseTable
  'houston.mailbox': MailboxTable
  'houston.epoch': EpochTable
  'houston.migration': MigrationTable
}

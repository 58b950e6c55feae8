// The tables as Kysely sees them. Times are ms since 1970; `json` columns hold what `toJson` wrote. No query lives here.

import type { ColumnType, Generated } from 'kysely'
import type { Health } from '../../core/fleet.ts'
import type { Answer, Ask, Person } from '../../core/intent.ts'
import type { KeptLocks } from '../../core/lock.ts'
import type { Origin } from '../../core/origin.ts'
import type { RolloutKind } from '../../core/plan.ts'
import type { HostWork, Step } from '../../core/recipe.ts'
import type { HostPhase, RolloutCursor, RolloutPhase } from '../../core/rollout.ts'
import type { Claim } from '../../engine/ports.ts'
import type { InboxState } from '../../engine/ports-inbox.ts'
import type { ReplicaKind } from '../../engine/ports-replicas.ts'
import type { IdentityTables } from './identity-tables.ts'
import type { ChunkHost, ChunkState, Message, Task } from './runners/chunk.ts'

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
  intent: string | null
  origin: Json<Origin> | null
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

type LeadTimeTable = {
  rollout: string
  commit_sha: string
  application: string
  environment: string
  committed_at: number | null
  merged_at: number | null
  queued_at: number
  first_host_at: number
  last_host_at: number
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

type InboxTable = {
  id: string
  source: string
  key: string
  topic: string
  body: string
  state: Generated<InboxState>
  /** 1 when it arrived for the first time; a failed one counts each time it arrives again. */
  deliveries: Generated<number>
  attempt: Generated<number>
  tries: Generated<number>
  note: string | null
  received_at: number
  due_at: number
  settled_at: number | null
}

/** Where rollouts are told of. */
type SurfaceTable = { name: string }

type ProjectionTable = {
  rollout: string
  surface: string
  epoch: Generated<number>
  /** What was rendered last: the number of the trail's end, and the phase. */
  seq: Generated<number>
  phase: Generated<string>
  attempts: Generated<number>
  unfinished: Generated<boolean>
  due_at: Generated<number>
  /** Since when something has been left to do. */
  behind_at: number | null
  /** The rollout had ended and everything was written: nobody looks here before somebody writes to the rollout. */
  settled: Generated<boolean>
}

type ProjectedTable = {
  rollout: string
  surface: string
  key: string
  life: number
  /** Digest of the content that may have been created. */
  creating: string | null
  outside_id: string | null
  digest: string | null
  refusal: Json<{ digest: string; why: string } | null>
  lost: number
  noted_at: number
}

type BudgetTable = { key: string; writes: Json<number[]>; paused_until: number; used_at: number }

/** Host work that one driver gave to runners. `seen_at` is the driver's heart. */
type RunnerSessionTable = { id: string; rollout: string; epoch: number; task: Json<Task>; seen_at: Generated<Date> }

type RunnerChunkTable = {
  id: string
  session: string
  runner: string
  hosts: Json<ChunkHost[]>
  /** Those that have not ended, and their number. */
  claims: Json<Claim[]>
  remaining: number
  state: ChunkState
  /** How often a runner took it: the fence of whoever has it. */
  takes: number
  offered_at: Generated<Date>
  /** The runner's heart. */
  beat_at: Date | null
}

type RunnerMessageTable = { id: Generated<number>; session: string; messages: Json<Message[]> }

/** The bytes of a release, cut into parts. */
type ArtefactTable = { sha256: string; part: number; bytes: Uint8Array; kept_at: Generated<Date> }

type ReplicaTable = {
  id: string
  kind: ReplicaKind
  name: string
  host: string
  pid: number
  version: string
  started_at: number
  beat_at: number
  draining: boolean
}

type RoundTable = { name: string; since_at: number; due_at: number }

/** `seen_at`: when somebody last decided by it. */
type LockTable = { application: string; environment: string; locks: Json<KeptLocks>; seen_at: number }

type AuditTable = {
  seq: number
  at: number
  application: string
  environment: string
  /** JSON text, kept to the byte: its hash is chained. */
  fact: string
  previous: string
  hash: string
}

/** One row: the end of the audit's chain. */
type AuditEndTable = { seq: number; hash: string; at: number }

/** One row. */
type EpochTable = { id: Generated<number>; value: number }

type MigrationTable = { name: string; timestamp: string }

export type Tables = IdentityTables & {
  'houston.rollout': RolloutTable
  'houston.rollout_plan': PlanPartTable
  'houston.rollout_event': EventTable
  'houston.rollout_host': HostTable
  'houston.lead_time': LeadTimeTable
  'houston.host_log': LogTable
  'houston.host_record': RecordTable
  'houston.host_release': HostReleaseTable
  'houston.mailbox': MailboxTable
  'houston.runner_session': RunnerSessionTable
  'houston.runner_chunk': RunnerChunkTable
  'houston.runner_message': RunnerMessageTable
  'houston.artefact': ArtefactTable
  'houston.inbox': InboxTable
  'houston.surface': SurfaceTable
  'houston.projection': ProjectionTable
  'houston.projected': ProjectedTable
  'houston.budget': BudgetTable
  'houston.replica': ReplicaTable
  'houston.round': RoundTable
  'houston.environment_lock': LockTable
  'houston.audit': AuditTable
  'houston.audit_end': AuditEndTable
  'houston.epoch': EpochTable
  'houston.migration': MigrationTable
}

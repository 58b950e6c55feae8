// A rollout as it is looked at: the report, its hosts, and what its streams say.

import { z } from 'zod'
import type { RolloutReport } from '../../../core/report.ts'
import type { RolloutChange } from '../../../core/report-rollout-change.ts'
import type { RolloutPage } from '../../../core/report-rollout-page.ts'
import type { HaltReason } from '../../../core/rollout.ts'
import { at, count, hostPhase, kind, names, rolloutPhase, step } from './common.ts'
import { named } from './registry.ts'

const hosts = named(
  'Counts',
  z.object({
    ...{ planned: count, queued: count, running: count, succeeded: count },
    ...{ failed: count, unreachable: count, unknown: count, skipped: count },
  }),
)

const overBudget = { failed: count, budget: count, of: count }

export const haltReason: z.ZodType<HaltReason> = named(
  'HaltReason',
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('fleet-budget'), ...overBudget }),
    z.object({ kind: z.literal('zone-budget'), zone: z.string(), ...overBudget }),
    z.object({ kind: z.literal('stage-budget'), stage: z.string(), ...overBudget }),
    z.object({ kind: z.literal('no-room'), zone: z.string(), down: count, budget: count }),
    z.object({ kind: z.literal('asked'), by: z.string() }),
  ]),
)

export const approvals = z.object({
  ...{ required: count, missing: count, given: z.array(z.string()) },
  from: z.string().meta({ description: 'What an approver must have or be, in words; empty: what a deploy asks for.' }),
  notAuthor: z.boolean(),
})

const budget = z.object({ failed: count, haltsAt: count, of: count })

export const report: z.ZodType<RolloutReport> = named(
  'Rollout',
  z.object({
    ...{ rollout: z.string(), kind, application: z.string(), environment: z.string(), release: z.string() },
    ...{ commit: z.string().exactOptional(), phase: rolloutPhase, requestedBy: z.string() },
    ...{ reason: z.string().exactOptional(), createdAt: at, finishedAt: at.exactOptional(), digest: z.string() },
    stage: z.object({ name: z.string(), number: count, of: count, hosts: count }).exactOptional(),
    approvals: approvals.exactOptional(),
    ...{ bakeUntil: at.exactOptional(), halt: haltReason.exactOptional(), hosts },
    zones: z.array(
      z.object({ name: z.string(), hosts, budget: budget.exactOptional(), etaMs: z.number().exactOptional() }),
    ),
    ...{ fleetBudget: budget.exactOptional(), stageBudget: budget.exactOptional(), etaMs: z.number().exactOptional() },
    failures: z.array(
      z.object({
        phase: z.enum(['failed', 'unreachable', 'unknown']),
        ...{ step: z.string().exactOptional(), signature: z.string(), hosts: names },
      }),
    ),
    ...{ untouched: names, skipped: names, left: count },
    mark: z
      .string()
      .meta({ description: 'How far it has come: another one as soon as hosts begin or are tried again.' }),
    next: z.array(z.enum(['watch', 'approve', 'halt', 'continue', 'rollback', 'retry', 'resume', 'abort', 'log'])),
  }),
)

/** Short forms: what is absent at the end of a row is left out. */
const now2 = [hostPhase, count] as const
const now3 = [...now2, step] as const
const now4 = [...now2, step.nullable(), count] as const

const row = z.union([
  z.tuple([z.string(), count, ...now2]),
  z.tuple([z.string(), count, ...now3]),
  z.tuple([z.string(), count, ...now4]),
])
const changed = z.union([z.tuple([count, ...now2]), z.tuple([count, ...now3]), z.tuple([count, ...now4])])
const spans = z.array(z.object({ from: at.exactOptional(), to: at.exactOptional() }))

export const snapshot: z.ZodType<RolloutPage & { seq: number }> = named(
  'RolloutSnapshot',
  z.object({
    ...{ seq: count, report, zones: z.array(z.string()), spans },
    ...{ signatures: z.array(z.string()), hosts: z.array(row) },
  }),
)

export const change: z.ZodType<RolloutChange & { seq: number }> = named(
  'RolloutChange',
  z.object({ seq: count, report, spans, signatures: z.array(z.string()), hosts: z.array(changed) }),
)

// A plan: what a deploy would do, and what a rollout does.

import { z } from 'zod'
import type { PlanReport } from '../../../core/report-plan.ts'
import { count, kind } from './common.ts'
import { named } from './registry.ts'
import { approvals } from './report.ts'

const after = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('continue') }),
  z.object({ kind: z.literal('bake'), ms: z.number() }),
  z.object({ kind: z.literal('wait') }),
])

const stage = z.object({
  ...{ name: z.string(), kind: z.enum(['failed-first', 'canary', 'zone', 'striped']), hosts: count },
  ...{ batches: z.array(count), barrier: z.boolean(), maxFailures: count.exactOptional(), after },
  zones: z.array(z.object({ zone: z.string(), hosts: z.array(z.string()) })),
})

const zone = z.object({
  ...{ name: z.string(), size: count, planned: count, alreadyDown: count, maxUnavailable: count },
  maxFailures: count.exactOptional(),
  why: z.object({ failed: count, unknown: count, older: count, current: count }),
  left: z.object({ current: count, untouched: count }),
})

export const plan: z.ZodType<PlanReport> = named(
  'Plan',
  z.object({
    ...{ kind, application: z.string(), environment: z.string(), release: z.string() },
    ...{ commit: z.string().exactOptional(), artefact: z.enum(['none', 'path', 'url']), digest: z.string() },
    fleet: z.object({ size: count, planned: count, maxFailures: count.exactOptional() }),
    ...{ zones: z.array(zone), stages: z.array(stage), approvals: approvals.exactOptional() },
  }),
)

// Small schemas that many others are made of.

import { z } from 'zod'
import type { Person } from '../../../core/intent.ts'
import { STEPS } from '../../../core/recipe.ts'
import type { Names } from '../../../core/report-hosts.ts'
import { ROLLOUT_PHASES } from '../../../core/rollout.ts'
import { named } from './registry.ts'

/** What people name: applications, environments, hosts, releases. No database takes a NUL. */
export const word = z
  .string()
  .min(1)
  .max(200)
  .refine((text) => !text.includes('\0'), 'has a NUL in it')
export const reason = z.string().max(1_000)
/** ms since 1970. */
export const at = z.number()
export const count = z.number().int().nonnegative()
export const kind = z.enum(['deploy', 'rollback'])
export const step = z.enum(STEPS)
export const rolloutPhase = z.enum(ROLLOUT_PHASES)
export const hostPhase = z.enum(['queued', 'running', 'succeeded', 'failed', 'unreachable', 'unknown', 'skipped'])
export const health = z.enum(['healthy', 'failed', 'unreachable', 'unknown'])
export const names: z.ZodType<Names> = named('Names', z.object({ count, names: z.array(z.string()) }))

export const person: z.ZodType<Person> = named(
  'Person',
  z.object({
    via: z.enum(['terminal', 'github', 'slack', 'workflow']),
    id: z.string(),
    name: z.string(),
    door: z.enum(['slack', 'web', 'api', 'action']).exactOptional(),
  }),
)

/** Where the next page begins; absent at the end. */
export const next = z.string().exactOptional()

// The audit of intents, tokens, and who somebody is.

import { z } from 'zod'
import type { AuditEntry } from '../../../core/audit.ts'
import { LONGEST_MS } from '../../../core/duration.ts'
import type { Scope } from '../../../core/scope.ts'
import { at, count, next, person, word } from './common.ts'
import { named } from './registry.ts'

const may = z.enum(['look', 'act'])

const scope: z.ZodType<Scope> = named(
  'Scope',
  z.object({ may, application: z.string().exactOptional(), environment: z.string().exactOptional() }),
)

export const me = named(
  'Me',
  z.object({
    ...{ person, by: z.enum(['session', 'token', 'workflow', 'alone']) },
    scopes: z.array(scope).exactOptional().meta({ description: 'Absent: everything that the person may.' }),
  }),
)

const fact = z.object({
  person,
  verb: z.enum([
    ...['deploy', 'rollback', 'halt', 'resume', 'continue', 'retry', 'abort', 'approve', 'skip', 'lock', 'unlock'],
  ] as const),
  ...{ application: z.string(), environment: z.string() },
  outcome: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('accepted') }),
    z.object({ kind: z.literal('refused'), reason: z.string() }),
  ]),
  ...{ release: z.string().exactOptional(), reason: z.string().exactOptional(), host: z.string().exactOptional() },
  ...{ forMs: z.number().exactOptional(), steal: z.boolean().exactOptional(), automatic: z.boolean().exactOptional() },
  ...{ rollout: z.string().exactOptional(), intent: z.string().exactOptional() },
})

export type AuditAnswer = { entries: AuditEntry[]; next?: string }

export const audit = named(
  'Audit',
  z.object({
    entries: z.array(z.object({ seq: count, at, fact, previous: z.string(), hash: z.string() })),
    next,
  }),
)

const token = named(
  'Token',
  z.object({
    ...{ id: z.string(), name: z.string(), scopes: z.array(scope), createdAt: at },
    ...{ expiresAt: at.exactOptional(), usedAt: at.exactOptional() },
  }),
)

export const tokens = named('TokenList', z.object({ tokens: z.array(token) }))

export const newToken = named(
  'NewToken',
  z.object({ token, secret: z.string().meta({ description: 'Told once, never again.' }) }),
)

export const tokenBody = named(
  'TokenWish',
  z.strictObject({
    name: word,
    scopes: z
      .array(z.strictObject({ may, application: word.exactOptional(), environment: word.exactOptional() }))
      .min(1)
      .max(50),
    forMs: z
      .number()
      .int()
      .min(60_000)
      .max(12 * LONGEST_MS)
      .exactOptional(),
  }),
)

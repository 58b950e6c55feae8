// The shape of a deploy as it comes from another process: everything that will be done on hosts, checked field by field.

import { z } from 'zod'
import { isReleaseId } from '../../../core/release.ts'
import type { DeployRequest } from '../../../engine/plan-deploy.ts'

const text = z.string().max(1_000_000)
const word = z.string().min(1).max(500)
const count = z.number().int().nonnegative()
const port = z.number().int().min(1).max(65_535)
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

const artefact = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('path'), file: word, sha256, bytes: count }),
  z.strictObject({ kind: z.literal('url'), url: text, sha256, delivery: z.enum(['pull', 'push']) }),
])

const release = z.strictObject({
  id: z.string().refine(isReleaseId),
  commit: word.exactOptional(),
  artefact,
  variables: z.record(z.string(), text),
})

const check = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('command'), script: text }),
  z.strictObject({ kind: z.literal('tcp'), address: word, port }),
  z.strictObject({ kind: z.literal('http'), address: word, port, path: text, status: count }),
])

const scripts = z.strictObject({
  preflight: text.exactOptional(),
  fetch: text.exactOptional(),
  drain: text.exactOptional(),
  stop: text.exactOptional(),
  start: text.exactOptional(),
  undrain: text.exactOptional(),
})

const recipe = z.strictObject({
  scripts,
  validate: z.strictObject({ check, retries: count, intervalMs: count, timeoutMs: count }).exactOptional(),
  timeoutMs: count,
})

const work = z.strictObject({
  application: word,
  environment: word,
  release,
  recipe,
  directory: word.startsWith('/'),
  keep: z.number().int().min(2),
})

const jump = z.strictObject({ address: word, port, user: word, identity: word })
const runner = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/)
const host = z.strictObject({ name: word, ...jump.shape, jumps: z.array(jump), runner: runner.exactOptional() })
const fleet = z.strictObject({ zones: z.array(z.strictObject({ name: word, hosts: z.array(host) })) })

const amount = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('count'), count }),
  z.strictObject({ kind: z.literal('percent'), percent: z.number().min(0).max(100) }),
])

const after = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('continue') }),
  z.strictObject({ kind: z.literal('bake'), ms: count }),
  z.strictObject({ kind: z.literal('wait') }),
])

const strategy = z.strictObject({
  order: z.enum(['striped', 'zone-by-zone']),
  canary: z.strictObject({ hosts: amount, after }).exactOptional(),
  batch: z.array(amount).min(1),
  barrier: z.boolean(),
  maxUnavailable: amount,
  minHealthy: amount.exactOptional(),
  maxFailures: z.strictObject({
    fleet: amount.exactOptional(),
    zone: amount.exactOptional(),
    stage: amount.exactOptional(),
  }),
  betweenZones: after,
  afterFirstZone: after.exactOptional(),
})

const entitled = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('role'), role: z.enum(['write', 'maintain', 'admin']) }),
  z.strictObject({ kind: z.literal('team'), organization: z.string(), slug: z.string() }),
  z.strictObject({ kind: z.literal('user'), login: z.string() }),
])

const approvals = z
  .strictObject({ required: z.int().min(1).max(10), from: z.array(entitled), notAuthor: z.boolean() })
  .exactOptional()

const approvedDigest = sha256.exactOptional()

/** `by` and `reason` are the protocol's own words. */
export function deployRequest(
  by: z.ZodType<DeployRequest['by']>,
  reason: z.ZodExactOptional<z.ZodString>,
): z.ZodType<DeployRequest> {
  return z.strictObject({ work, fleet, strategy, includeCurrent: z.boolean(), by, reason, approvals, approvedDigest })
}

// Rollouts in lists, their hosts, logs and trails, and what is asked of them.

import { z } from 'zod'
import { at, count, hostPhase, kind, next, person, reason, rolloutPhase, step, word } from './common.ts'
import { named } from './registry.ts'
import { haltReason } from './report.ts'

export const summary = named(
  'RolloutSummary',
  z.object({
    ...{ rollout: z.string(), kind, application: z.string(), environment: z.string(), release: z.string() },
    ...{ phase: rolloutPhase, requestedBy: person, reason: z.string().exactOptional(), createdAt: at },
    ...{ finishedAt: at.exactOptional(), halt: haltReason.exactOptional() },
  }),
)

export type Summary = z.infer<typeof summary>

export const summaries = named('RolloutList', z.object({ rollouts: z.array(summary), next }))

export const hostState = named(
  'RolloutHost',
  z.object({
    ...{ name: z.string(), zone: z.string(), phase: hostPhase, attempt: count, step: step.exactOptional() },
    ...{ signature: z.string().exactOptional(), installed: z.string().exactOptional() },
    ...{ startedAt: at.exactOptional(), finishedAt: at.exactOptional() },
  }),
)

export const hostStates = named('RolloutHostList', z.object({ hosts: z.array(hostState), next }))

const log = z.object({ head: z.string(), tail: z.string(), cutBytes: count })

export const logs = named(
  'HostLogs',
  z.object({
    ...{ host: z.string(), rollout: z.string(), phase: hostPhase },
    logs: z.array(z.object({ attempt: count, log })),
  }),
)

export const trail = named(
  'Trail',
  z.object({
    entries: z.array(
      z.object({ seq: count, at, kind: z.string(), body: z.unknown(), previous: z.string(), hash: z.string() }),
    ),
    next,
  }),
)

export const deployBody = named(
  'Deploy',
  z.strictObject({
    ...{ application: word, environment: word },
    ref: word.exactOptional().meta({ description: 'A branch, tag, commit or release; absent: the default branch.' }),
    all: z.boolean().default(false).meta({ description: 'Also hosts that run the release already.' }),
    backwards: z
      .boolean()
      .default(false)
      .meta({ description: 'Also a release that does not contain what runs there.' }),
    reason: reason.exactOptional(),
    approvedDigest: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .exactOptional()
      .meta({ description: 'Of the plan that was seen: another one is not carried out.' }),
  }),
)

export const rollbackBody = named(
  'Rollback',
  z.strictObject({ to: word.exactOptional(), reason: reason.exactOptional() }),
)
export const approveBody = named(
  'Approve',
  z.strictObject({
    release: word.exactOptional().meta({ description: 'The one that was looked at; another one is not approved.' }),
  }),
)

export const skipBody = named('Skip', z.strictObject({ host: word }))
export const seenBody = named(
  'Seen',
  z.strictObject({
    mark: word.exactOptional().meta({
      description: 'As the rollout said of itself: continue, resume and retry go on only from there (moved-on).',
    }),
  }),
)
export const emptyBody = named('Nothing', z.strictObject({}))

export const begun = named('Begun', z.object({ rollout: z.string() }))
export const accepted = named('Accepted', z.object({ rollout: z.string().exactOptional() }))

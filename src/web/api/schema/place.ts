// Environments: what they are, what runs there, who holds their locks, and what was there before.

import { z } from 'zod'
import { LONGEST_MS } from '../../../core/duration.ts'
import type { LeadTime } from '../../../core/lead-time.ts'
import type { EnvironmentLocks, Lock } from '../../../core/lock.ts'
import type { Drift, Reading } from '../../../core/report-drift.ts'
import type { Whereabouts } from '../../../core/report-past.ts'
import type { SeenRef } from '../../../engine/ports-desk.ts'
import type { EnvironmentRow } from '../../view/environment-row.ts'
import { at, count, health, names, next, person, reason } from './common.ts'
import { named } from './registry.ts'
import { report } from './report.ts'
import { summary } from './rollout.ts'

const target = { application: z.string(), environment: z.string() }

const lock: z.ZodType<Lock> = named(
  'Lock',
  z.object({
    ...{ kind: z.enum(['person', 'hold']), holder: person, reason: z.string().exactOptional() },
    ...{ since: at, until: at.exactOptional() },
  }),
)

export const locks: z.ZodType<EnvironmentLocks> = named(
  'Locks',
  z.object({
    ...{ lock: lock.exactOptional(), hold: lock.exactOptional() },
    queue: z.array(z.object({ person, reason: z.string().exactOptional(), forMs: z.number().exactOptional() })),
  }),
)

const place = {
  ...target,
  ...{ repository: z.string().exactOptional(), url: z.string().exactOptional() },
  ...{ deploy: z.enum(['manual', 'on-merge', 'on-green']), confirms: z.boolean() },
}

export const places = named(
  'EnvironmentList',
  z.object({ environments: z.array(z.object({ ...place, latest: summary.exactOptional(), locks })) }),
)

const environmentRow: z.ZodType<EnvironmentRow> = named(
  'EnvironmentRow',
  z.object({
    ...target,
    releases: z.array(z.object({ release: z.string(), hosts: count, since: at })),
    ...{ hosts: count, unwell: count, latest: summary.exactOptional(), locks },
  }),
)

/** All of them in a snapshot, those that changed in a change. */
export const environmentRows = named('EnvironmentRows', z.object({ seq: count, environments: z.array(environmentRow) }))

export const standing = named('Environment', z.object({ ...target, latest: report.exactOptional(), locks }))

const hostRecord = {
  ...{ name: z.string(), zone: z.string(), health: health.exactOptional() },
  ...{ release: z.string().exactOptional(), at: at.exactOptional() },
}

export const hostRecords = named('HostList', z.object({ hosts: z.array(z.object(hostRecord)) }))

const name = z.string().exactOptional()

const reading: z.ZodType<Reading> = z.discriminatedUnion('kind', [
  z.object({
    ...{ kind: z.literal('read'), installed: name, previous: name, current: name, live: name, ended: name },
    returned: z.literal(true).exactOptional(),
  }),
  z.object({ kind: z.literal('unreachable'), signature: z.string() }),
])

const drift: z.ZodType<Drift> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('other-release'), recorded: name, found: name }),
  z.object({ kind: z.literal('torn'), installed: name, current: name }),
  z.object({ kind: z.literal('busy'), rollout: z.string() }),
])

export const hostReadings = named(
  'HostReadingList',
  z.object({
    hosts: z.array(z.object({ ...hostRecord, reading: reading.exactOptional(), drift: drift.exactOptional() })),
    next,
  }),
)

export const releases = named(
  'ReleaseList',
  z.object({
    releases: z.array(
      z.object({
        ...{ release: z.string(), commit: z.string().exactOptional(), rollout: z.string() },
        ...{ phase: z.string(), at },
      }),
    ),
    next,
  }),
)

const leadTime: z.ZodType<LeadTime> = z.object({
  ...{ rollout: z.string(), commit: z.string(), committedAt: at.exactOptional(), mergedAt: at.exactOptional() },
  ...{ queuedAt: at, firstHostAt: at, lastHostAt: at },
})

export const leadTimes = named('LeadTimeList', z.object({ leadTimes: z.array(leadTime) }))

export const past = named(
  'Past',
  z.object({
    at,
    hosts: z.array(z.object({ name: z.string(), zone: z.string(), release: z.string(), since: at })),
  }),
)

const whereabouts: z.ZodType<Whereabouts> = z.object({
  ...{ ...target, release: z.string(), now: names, before: names, first: at, last: at.exactOptional() },
})

export const found = named('Whereabouts', z.object({ found: z.array(whereabouts) }))

const ref: z.ZodType<SeenRef> = z.object({
  ...{ ref: z.string(), kind: z.enum(['branch', 'tag', 'release']), sha: z.string().exactOptional() },
})

export const refs = named('RefList', z.object({ refs: z.array(ref) }))

export const lockBody = named(
  'LockWish',
  z.strictObject({ reason: reason.exactOptional(), forMs: z.number().int().min(1).max(LONGEST_MS).exactOptional() }),
)

export const lockOutcome = named(
  'LockOutcome',
  z.discriminatedUnion('kind', [
    z.object({ kind: z.enum(['taken', 'extended', 'left']), lock }),
    z.object({ kind: z.literal('queued'), position: z.number().int(), lock }),
    z.object({ kind: z.literal('released'), lock, next: lock.exactOptional() }),
  ]),
)

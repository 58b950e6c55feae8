// The hosts are the memory: from what each says of itself to the past that an engine plans from. Pure. What no host knows
// (who asked, why, when) stays unknown.

import type { Past } from '../../../src/adapters/memory/store.ts'
import type { Fleet, Health } from '../../../src/core/fleet.ts'
import type { Person } from '../../../src/core/intent.ts'
import { makePlan } from '../../../src/core/make-plan.ts'
import type { HostWork } from '../../../src/core/recipe.ts'
import { isReleaseId } from '../../../src/core/release.ts'
import type { HostState } from '../../../src/core/rollout.ts'
import type { Strategy } from '../../../src/core/strategy.ts'
import type { HostReading, HostRecord, HostRelease, RolloutRecord } from '../../../src/engine/ports.ts'

export type Recollected = {
  fleet: Fleet
  strategy: Strategy
  /** By host name. */
  readings: ReadonlyMap<string, HostReading>
  /** How a release that some host has is brought back. */
  workOf: (release: string) => HostWork
  /** A release that somebody names to go back to. */
  named?: string
  by: Person
  digest: (text: string) => string
}

const NOTHING: Past = { rollouts: [], records: [], releases: { closed: [], opened: [] } }

export function recollect(of: Recollected): Past {
  const latest = latestRelease(of.readings)
  if (latest === undefined) return { ...NOTHING, records: recordsOf(of, UNTOUCHED) }
  const others = new Set([...mentioned(of.readings), ...(of.named === undefined ? [] : [of.named])])
  others.delete(latest)
  const order = [...others].sort().concat(latest)
  return {
    rollouts: order.flatMap((release, index) => pastRollout(of, { release, index, isLatest: release === latest })),
    records: recordsOf(of, idOf(order.length - 1), latest),
    releases: { closed: [], opened: releasesOf(of) },
  }
}

/** What a host calls a release becomes a directory on others: a name that could not be one is left out. */
export function believable(reading: HostReading): HostReading {
  if (reading.kind !== 'read') return reading
  const { installed, previous, current, ...others } = reading
  const names = Object.entries({ installed, previous, current }).filter(([, name]) => isReleaseId(name ?? ''))
  return { ...others, ...Object.fromEntries(names) }
}

/**
 * The release that was rolled out last: one that no host had before another. Of several the one that most hosts run, then the
 * first by name.
 */
export function latestRelease(readings: ReadonlyMap<string, HostReading>): string | undefined {
  const runs = new Map<string, number>()
  const left = new Set<string>()
  for (const reading of readings.values()) {
    if (reading.kind !== 'read') continue
    const { installed, current = installed, previous, returned } = reading
    if (current === undefined) continue
    runs.set(current, (runs.get(current) ?? 0) + 1)
    if (installed !== undefined && installed !== current) left.add(installed)
    // A host that was taken back: what it runs follows what it left.
    if (previous !== undefined && previous !== current && returned !== true) left.add(previous)
  }
  const fresh = [...runs].filter(([release]) => !left.has(release))
  const ranked = (fresh.length > 0 ? fresh : [...runs]).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
  return ranked[0]?.[0]
}

function mentioned(readings: ReadonlyMap<string, HostReading>): string[] {
  return [...readings.values()].flatMap((reading) =>
    reading.kind === 'read'
      ? [reading.installed, reading.previous, reading.current].filter((name) => name !== undefined)
      : [],
  )
}

/** How a host is. `undefined`: it is new, nothing ever ran there. */
export function healthOf(reading: HostReading | undefined): Health | undefined {
  if (reading?.kind !== 'read') return 'unreachable'
  const { installed, current, live, ended } = reading
  if (live !== undefined) return 'unknown'
  if (ended !== undefined && FAILED.has(ended)) return 'failed'
  if (installed === undefined && current === undefined) return undefined
  return installed === current ? 'healthy' : 'unknown'
}

/** Ends of a run that left the host in doubt; the others (fenced, absent, busy) began nothing. */
const FAILED: ReadonlySet<string> = new Set(['failed', 'timeout', 'interrupted', 'broken', 'transfer'])

function recordsOf({ fleet, readings }: Recollected, rollout: string, latest?: string): HostRecord[] {
  return fleet.zones.flatMap(({ name: zone, hosts }) =>
    hosts.flatMap(({ name }): HostRecord[] => {
      const reading = readings.get(name)
      const health = healthOf(reading)
      const release = reading?.kind === 'read' ? reading.installed : undefined
      if (health === undefined) return []
      return [
        {
          name,
          zone,
          health,
          rollout: isTouched(reading, latest) ? rollout : UNTOUCHED,
          at: 1,
          ...(release !== undefined && { release }),
        },
      ]
    }),
  )
}

/** No rollout is named so. */
const UNTOUCHED = 'unread'

/**
 * Whether the latest rollout did something there: it runs the release, or something went wrong and nothing came after it. A host
 * that does not answer is not taken back, whatever it runs.
 */
function isTouched(reading: HostReading | undefined, latest: string | undefined): boolean {
  if (reading?.kind !== 'read') return false
  const health = healthOf(reading)
  return health === 'failed' || health === 'unknown' || (reading.current ?? reading.installed) === latest
}

function releasesOf({ fleet, readings }: Recollected): HostRelease[] {
  return fleet.zones.flatMap(({ name: zone, hosts }) =>
    hosts.flatMap(({ name }): HostRelease[] => {
      const reading = readings.get(name)
      if (reading?.kind !== 'read' || reading.installed === undefined) return []
      const { installed, previous, returned } = reading
      const before: HostRelease[] =
        previous === undefined || returned === true
          ? []
          : [{ name, zone, release: previous, rollout: UNTOUCHED, from: 1, to: 2 }]
      return [...before, { name, zone, release: installed, rollout: UNTOUCHED, from: 2 }]
    }),
  )
}

function idOf(index: number): string {
  return `before-${index}`
}

type Wanted = { release: string; index: number; isLatest: boolean }

function pastRollout(of: Recollected, { release, index, isLatest }: Wanted): Past['rollouts'] {
  const { fleet, strategy, by, digest, workOf } = of
  const plan = makePlan(
    { kind: 'deploy', work: workOf(release), fleet, strategy, lastKnown: new Map(), includeCurrent: true },
    digest,
  )
  if (plan.kind === 'refused') return []
  const { application, environment } = plan.work
  const zones = plan.zones.map(() => 0)
  const record: RolloutRecord = {
    ...{ id: idOf(index), kind: 'deploy', application, environment, releaseId: release, plan, epoch: 0 },
    cursor: { phase: 'succeeded', stage: 0, forgiven: { fleet: 0, stage: 0, zones } },
    ...{ requestedBy: by, createdAt: index + 1, finishedAt: index + 1, trail: { seq: 0, hash: '' } },
  }
  const hosts = plan.hosts.map(({ host }) => (isLatest ? stateOf(of.readings.get(host.name), release) : QUEUED))
  return [{ record, hosts }]
}

const QUEUED: HostState = { phase: 'queued', attempt: 1 }

/** As the release's rollout left a host; one that runs another release was not reached by it. */
function stateOf(reading: HostReading | undefined, release: string): HostState {
  if (!isTouched(reading, release)) return QUEUED
  const health = healthOf(reading)
  return { phase: health === 'failed' || health === 'unknown' ? health : 'succeeded', attempt: 1 }
}

// What the hosts said of themselves, as a look at the fleet and as a line of the log. Pure.

import type { Fleet } from '../../../src/core/fleet.ts'
import { hosts as hostsWords } from '../../../src/core/phrases.ts'
import type { HostReading } from '../../../src/engine/ports.ts'
import type { FleetLook } from '../way.ts'
import { healthOf, latestRelease } from './recollect.ts'

type Readings = ReadonlyMap<string, HostReading>

/** `state`: `healthy` when every host runs the latest release well, `mixed` when each is well, else `unwell`. */
export function lookAtFleet({ zones }: Fleet, readings: Readings): FleetLook {
  const release = latestRelease(readings)
  const hosts = zones.flatMap(({ name: zone, hosts: own }) =>
    own.map(({ name }) => ({ name, zone, ...seen(readings.get(name)) })),
  )
  const well = hosts.every(({ trouble }) => trouble === undefined)
  const same = hosts.every((host) => host.release === release)
  const state = well ? (same ? 'healthy' : 'mixed') : 'unwell'
  return { state, hosts, ...(release !== undefined && { release }) }
}

function seen(reading: HostReading | undefined): { release?: string; trouble?: string } {
  if (reading === undefined) return {}
  if (reading.kind === 'unreachable') return { trouble: reading.signature }
  const release = reading.current ?? reading.installed
  const trouble = troubleOf(reading)
  return { ...(release !== undefined && { release }), ...(trouble !== undefined && { trouble }) }
}

function troubleOf(reading: Extract<HostReading, { kind: 'read' }>): string | undefined {
  const health = healthOf(reading)
  if (health === 'failed') return `the last rollout ended: ${reading.ended}`
  return health === 'unknown' ? 'a rollout is at work there, or was cut off' : undefined
}

export function readingWords(readings: Readings): string {
  const releases = new Map<string, number>()
  let silent = 0
  let failed = 0
  for (const reading of readings.values()) {
    if (reading.kind === 'unreachable') silent += 1
    else if (reading.installed !== undefined)
      releases.set(reading.installed, (releases.get(reading.installed) ?? 0) + 1)
    if (reading.kind === 'read' && healthOf(reading) === 'failed') failed += 1
  }
  const parts = [...releases].map(([release, count]) => `${count} at ${release}`)
  if (failed > 0) parts.push(`${failed} failed last time`)
  if (silent > 0) parts.push(`${silent} did not answer`)
  return `Read ${hostsWords(readings.size)}${parts.length > 0 ? `: ${parts.join(', ')}` : ', all new'}`
}

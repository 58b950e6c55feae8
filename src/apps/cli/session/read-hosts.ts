// Reads what an environment's hosts run: from the record, and from the hosts themselves when asked to.

import type { Host } from '../../../core/fleet.ts'
import { driftOf, type HostReport } from '../../../core/report-drift.ts'
import { begunRollouts } from '../../../engine/begun-rollouts.ts'
import type { HostReading, Remote, Store } from '../../../engine/ports.ts'
import type { Target } from './session.ts'

export type HostsGround = { store: Pick<Store, 'rollout' | 'rollouts' | 'records'>; remote: Pick<Remote, 'probe'> }

/** Some of a list. */
export type Part = { from: number; size: number }

/** The hosts of the latest plan that began, zone by zone: those that it ran and those that it left alone. */
export async function readHosts(
  ground: HostsGround,
  { target, probe }: { target: Target; probe: boolean },
): Promise<HostReport[]> {
  const { members, directory } = await membersOf(ground, target)
  const readings = probe ? await ask(ground, members, directory) : []
  return await reportsOf(ground, { target, members, readings })
}

/** Asks some of them; `more`: there are others after these. */
export async function probeHosts(
  ground: HostsGround,
  { target, part: { from, size } }: { target: Target; part: Part },
): Promise<{ hosts: HostReport[]; more: boolean }> {
  const { members, directory } = await membersOf(ground, target)
  const some = members.slice(from, from + size)
  const readings = await ask(ground, some, directory)
  const hosts = await reportsOf(ground, { target, members: some, readings })
  return { hosts, more: members.length > from + size }
}

type Member = { host: Host; zone: number; zoneName: string }

async function membersOf({ store }: HostsGround, target: Target): Promise<{ members: Member[]; directory: string }> {
  // What waits for approval reaches no host, by a question either.
  const [latest] = await begunRollouts(store, { ...target, most: 1 })
  const record = latest && (await store.rollout(latest.id))
  if (!record) return { members: [], directory: '' }
  const { hosts, left, zones, work } = record.plan
  const members = [...hosts, ...left].map(({ host, zone }) => ({ host, zone, zoneName: zones[zone]?.name ?? '' }))
  return { members: members.sort((a, b) => a.zone - b.zone), directory: work.directory }
}

async function ask({ remote }: HostsGround, members: readonly Member[], directory: string): Promise<HostReading[]> {
  if (members.length === 0) return []
  return await remote.probe(
    members.map(({ host }) => host),
    directory,
  )
}

type Read = { target: Target; members: readonly Member[]; readings: readonly HostReading[] }

async function reportsOf({ store }: HostsGround, { target, members, readings }: Read): Promise<HostReport[]> {
  const known = new Map((await store.records(target.application, target.environment)).map((each) => [each.name, each]))
  return members.map(({ host, zoneName }, index) => {
    const recorded = known.get(host.name)
    const reading = readings[index]
    const drift = reading && driftOf(recorded?.release, reading)
    return {
      ...{ name: host.name, zone: zoneName },
      ...(recorded && { health: recorded.health, at: recorded.at }),
      ...(recorded?.release !== undefined && { release: recorded.release }),
      ...(reading && { reading }),
      ...(drift && { drift }),
    }
  })
}

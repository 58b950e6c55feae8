// Reads what an environment's hosts run: from the record, and from the hosts themselves when asked to.

import type { Host } from '../../../core/fleet.ts'
import { driftOf, type HostReport } from '../../../core/report-drift.ts'
import type { House } from '../wiring.ts'
import type { Target } from './session.ts'

/** The hosts of the latest plan: those that it ran and those that it left alone. */
export async function readHosts(
  { store, remote }: Pick<House, 'store' | 'remote'>,
  { target, probe }: { target: Target; probe: boolean },
): Promise<HostReport[]> {
  const [latest] = await store.rollouts({ ...target, limit: 1 })
  const record = latest && (await store.rollout(latest.id))
  if (!record) return []
  const { plan } = record
  const members = [...plan.hosts, ...plan.left].map(({ host, zone }) => ({
    host,
    zone,
    zoneName: plan.zones[zone]?.name ?? '',
  }))
  members.sort((a, b) => a.zone - b.zone)
  const known = new Map((await store.records(target.application, target.environment)).map((each) => [each.name, each]))
  const readings = probe
    ? await remote.probe(
        members.map(({ host }): Host => host),
        plan.work.directory,
      )
    : []
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

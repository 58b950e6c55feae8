// Rollouts as they would stand in a store, made up without any host: for looking at pages, and for measuring them.

import type { ApprovalRule } from '../../../src/core/approval.ts'
import type { Fleet } from '../../../src/core/fleet.ts'
import type { Person } from '../../../src/core/intent.ts'
import { makePlan } from '../../../src/core/make-plan.ts'
import type { Plan } from '../../../src/core/plan.ts'
import type { HostState, RolloutCursor } from '../../../src/core/rollout.ts'
import type { Strategy } from '../../../src/core/strategy.ts'
import type { HostLog, Store } from '../../../src/engine/ports.ts'
import { plain, sha256, workOf } from '../plan-of.ts'
import { commitOf, firstEntry } from '../rollout-of.ts'

export type MadeUp = {
  id: string
  application: string
  environment: string
  release: string
  zones: Readonly<Record<string, number>>
  strategy?: Partial<Strategy>
  approvals?: ApprovalRule
  by: Person
  reason?: string
  at: number
  finishedAt?: number
  cursor: Partial<RolloutCursor> & Pick<RolloutCursor, 'phase'>
  hostOf: (name: string, index: number) => HostState
  logs?: (name: string) => HostLog | undefined
}

export async function seed(store: Store, of: MadeUp): Promise<void> {
  const { id, application, environment, release, by, at, hostOf, finishedAt } = of
  const plan = planFor(of)
  const forgiven = { fleet: 0, stage: 0, zones: plan.zones.map(() => 0) }
  const cursor = { stage: plan.stages.length - 1, forgiven, ...of.cursor }
  const base = {
    id,
    kind: 'deploy',
    application,
    environment,
    releaseId: release,
    requestedBy: by,
    createdAt: at,
  } as const
  const created = await store.create(
    {
      ...base,
      plan,
      cursor: { ...cursor, phase: 'running' },
      trail: { seq: 1, hash: 'first' },
      ...(of.reason !== undefined && { reason: of.reason }),
    },
    [firstEntry],
  )
  if (created.kind !== 'created') throw new Error(`${id}: ${created.kind}`)
  const epoch = (await store.takeOver(id))?.record.epoch ?? 0
  const hosts = plan.hosts.map(({ host }, index) => ({ index, state: hostOf(host.name, index) }))
  const named = hosts.map(({ index, state }) => {
    const { host, zone } = plan.hosts[index] ?? {}
    return { index, state, name: host?.name ?? '', zone: plan.zones[zone ?? 0]?.name ?? '' }
  })
  const done = named.filter(({ state }) => state.phase === 'succeeded')
  const bad = named.filter(({ state }) => state.phase === 'failed')
  const logs = named.flatMap(({ index, name, state }) => {
    const log = of.logs?.(name)
    return log ? [{ index, attempt: state.attempt, log }] : []
  })
  await store.commit(
    commitOf(id, epoch, {
      ...{ cursor, hosts, logs, ...(finishedAt !== undefined && { finishedAt }) },
      records: [
        ...done.map(({ name, zone }) => ({
          name,
          zone,
          health: 'healthy' as const,
          release,
          rollout: id,
          at: at + 20_000,
        })),
        ...bad.map(({ name, zone }) => ({ name, zone, health: 'failed' as const, rollout: id, at: at + 20_000 })),
      ],
      releases: {
        closed: done.map(({ name }) => ({ name, at: at + 20_000 })),
        opened: done.map(({ name, zone }) => ({ name, zone, release, rollout: id, from: at + 20_000 })),
      },
    }),
  )
}

function planFor({ application, environment, release, zones, strategy, approvals }: MadeUp): Plan {
  const work = { ...workOf(release), application, environment }
  const recipe = { ...work.recipe, scripts: { preflight: 'true', drain: 'true', start: 'true', undrain: 'true' } }
  const commit = sha256(release).slice(0, 40)
  const plan = makePlan(
    {
      ...{ kind: 'deploy', fleet: fleetFor(zones), includeCurrent: true, lastKnown: new Map() },
      work: { ...work, recipe, release: { ...work.release, commit } },
      strategy: { ...plain, ...strategy },
      ...(approvals && { approvals }),
    },
    sha256,
  )
  if (plan.kind === 'refused') throw new Error(`refused: ${plan.reason}`)
  return plan
}

function fleetFor(zones: MadeUp['zones']): Fleet {
  const host = (zone: string, index: number) => ({
    ...{
      name: `web${String(index + 1).padStart(2, '0')}.${zone}`,
      address: `10.0.${zone.length}.${index % 250}`,
      port: 22,
    },
    ...{ user: 'deploy', identity: 'prod', jumps: [] },
  })
  const entries = Object.entries(zones)
  return {
    zones: entries.map(([name, count]) => ({ name, hosts: Array.from({ length: count }, (_, i) => host(name, i)) })),
  }
}

// Lays the planned hosts out in stages. Pure; the budgets of zones and fleet are decided elsewhere.

import type { PlannedHost, PlannedStage, PlannedZone, Rank, RolloutKind } from './plan.ts'
import { share } from './share.ts'
import type { After, Amount, Strategy } from './strategy.ts'

type Queues = { zone: number; hosts: number[] }[]

const RANKS: readonly Rank[] = ['failed', 'unknown', 'older', 'current']

export function planStages(
  kind: RolloutKind,
  strategy: Strategy,
  hosts: readonly PlannedHost[],
  zones: readonly PlannedZone[],
): PlannedStage[] {
  const queues = queueUp(hosts, zones.length)
  return kind === 'rollback'
    ? rollbackStages(strategy, hosts, queues)
    : deployStages({ strategy, hosts, zones, queues })
}

/** One queue a zone, by rank, then in the inventory's order. */
function queueUp(hosts: readonly PlannedHost[], zoneCount: number): Queues {
  const buckets = Array.from({ length: zoneCount }, () => RANKS.map((): number[] => []))
  hosts.forEach((host, index) => {
    buckets[host.zone]?.[RANKS.indexOf(host.rank)]?.push(index)
  })
  return buckets.map((ranks, zone) => ({ zone, hosts: ranks.flat() }))
}

/** Failed hosts of all zones together, then the rest; no canary, no bake, no wait: the release was good here before. */
function rollbackStages(strategy: Strategy, hosts: readonly PlannedHost[], queues: Queues): PlannedStage[] {
  const isFailed = (index: number) => hosts[index]?.rank === 'failed'
  const failed = queues.map(({ zone, hosts }) => ({ zone, hosts: hosts.filter(isFailed) }))
  const rest = queues.map(({ zone, hosts }) => ({ zone, hosts: hosts.filter((host) => !isFailed(host)) }))
  const batch = strategy.batch.slice(-1)
  const plain = { barrier: false, after: { kind: 'continue' } as const }
  return [
    stage({ ...plain, name: 'failed hosts', kind: 'failed-first', batch: [ALL], spends: false }, failed),
    stage({ ...plain, name: 'the rest', kind: 'striped', batch, spends: true }, rest),
  ].filter((each) => each.hosts > 0)
}

function deployStages(input: {
  strategy: Strategy
  hosts: readonly PlannedHost[]
  zones: readonly PlannedZone[]
  queues: Queues
}): PlannedStage[] {
  const { strategy, zones } = input
  const { canary, rest } = takeCanary(input)
  const stages = canary ? [canary] : []
  if (strategy.order === 'striped') stages.push(stage({ ...common(strategy), name: 'fleet', kind: 'striped' }, rest))
  else stages.push(...zoneStages(strategy, zones, rest))
  const used = stages.filter((each) => each.hosts > 0)
  return used.map((each, index) => (index === used.length - 1 ? { ...each, after: { kind: 'continue' } } : each))
}

function zoneStages(strategy: Strategy, zones: readonly PlannedZone[], queues: Queues): PlannedStage[] {
  return queues
    .filter((queue) => queue.hosts.length > 0)
    .map((queue, position) => {
      const after = position === 0 ? (strategy.afterFirstZone ?? strategy.betweenZones) : strategy.betweenZones
      return stage({ ...common(strategy), name: zones[queue.zone]?.name ?? '', kind: 'zone', after }, [queue])
    })
}

type CanaryInput = {
  strategy: Strategy
  hosts: readonly PlannedHost[]
  zones: readonly PlannedZone[]
  queues: Queues
}

function takeCanary(input: CanaryInput): { canary?: PlannedStage; rest: Queues } {
  const { strategy, hosts, queues } = input
  if (!strategy.canary) return { rest: queues }
  const pool = canaryPool(input)
  const count = Math.max(1, share(strategy.canary.hosts, hosts.length, 'up'))
  const chosen = new Set(strategy.order === 'striped' ? takeInTurn(pool, count) : takeInOrder(pool, count))
  const part = (keep: boolean): Queues =>
    queues.map(({ zone, hosts: queue }) => ({ zone, hosts: queue.filter((i) => chosen.has(i) === keep) }))
  const canary = stage(
    {
      ...common(strategy),
      name: 'canary',
      kind: 'canary',
      batch: [ALL],
      after: strategy.canary.after,
      maxFailures: ZERO,
    },
    part(true),
  )
  return { canary, rest: part(false) }
}

/**
 * A canary shows a release under traffic, so it is taken from hosts in service, and from zones that may lose one more: in
 * any other it would wait for ever behind a host that is down. A fleet without such hosts has to take others.
 */
function canaryPool({ hosts, zones, queues }: CanaryInput): Queues {
  const inService = queues.map(({ zone, hosts: queue }) => ({ zone, hosts: queue.filter((i) => !hosts[i]?.down) }))
  const hasRoom = (zone?: PlannedZone) => zone !== undefined && zone.alreadyDown < zone.maxUnavailable
  const withRoom = inService.filter(({ zone }) => hasRoom(zones[zone]))
  const isUsed = (pool: Queues) => pool.some((queue) => queue.hosts.length > 0)
  return [withRoom, inService].find(isUsed) ?? queues
}

function takeInOrder(pool: Queues, count: number): number[] {
  return pool.flatMap((queue) => queue.hosts).slice(0, count)
}

function takeInTurn(pool: Queues, count: number): number[] {
  const taken: number[] = []
  const longest = pool.reduce((most, queue) => Math.max(most, queue.hosts.length), 0)
  for (let turn = 0; turn < longest && taken.length < count; turn++)
    for (const queue of pool) {
      const host = queue.hosts[turn]
      if (host !== undefined && taken.length < count) taken.push(host)
    }
  return taken
}

const ALL: Amount = { kind: 'percent', percent: 100 }
const ZERO: Amount = { kind: 'count', count: 0 }

type StageShape = {
  name: string
  kind: PlannedStage['kind']
  batch: readonly Amount[]
  barrier: boolean
  spends: boolean
  after: After
  maxFailures?: Amount
}

function common(strategy: Strategy): Omit<StageShape, 'name' | 'kind'> {
  const { batch, barrier, maxFailures } = strategy
  const after: After = { kind: 'continue' }
  return { batch, barrier, after, spends: true, ...(maxFailures.stage && { maxFailures: maxFailures.stage }) }
}

function stage(shape: StageShape, queues: Queues): PlannedStage {
  const used = queues.filter((queue) => queue.hosts.length > 0)
  const hosts = used.reduce((sum, queue) => sum + queue.hosts.length, 0)
  const { batch, maxFailures, ...rest } = shape
  return {
    ...rest,
    queues: used,
    hosts,
    batches: batch.map((amount) => Math.max(1, share(amount, hosts, 'up'))),
    ...(maxFailures && { maxFailures: share(maxFailures, hosts, 'down') }),
  }
}

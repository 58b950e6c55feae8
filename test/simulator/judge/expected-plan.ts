// What a plan's numbers must be, worked out from its strategy and its hosts alone, in whole numbers.

import type { Plan } from '../../../src/core/plan.ts'
import type { After, Amount } from '../../../src/core/strategy.ts'

export function atMost(amount: Amount, of: number): number {
  const count = amount.kind === 'count' ? amount.count : Math.floor((amount.percent * of) / 100)
  return Math.max(0, Math.min(of, count))
}

export function atLeast(amount: Amount, of: number): number {
  const count = amount.kind === 'count' ? amount.count : Math.ceil((amount.percent * of) / 100)
  return Math.max(0, Math.min(of, count))
}

export type Budgets = { fleet?: number; zones: (number | undefined)[]; stages: (number | undefined)[] }

/** Failures that are tolerated, per domain. */
export function failureBudgets({ kind, strategy, hosts, zones, stages }: Plan): Budgets {
  const { fleet, zone, stage } = strategy.maxFailures
  return {
    ...(fleet && { fleet: atMost(fleet, hosts.length) }),
    zones: zones.map((_, z) => zone && atMost(zone, hosts.filter((host) => host.zone === z).length)),
    stages: stages.map(({ kind: of, queues }) => {
      if (of === 'canary') return 0
      const size = queues.reduce((sum, queue) => sum + queue.hosts.length, 0)
      return stage && kind === 'deploy' ? atMost(stage, size) : undefined
    }),
  }
}

/** Hosts that may be out of service in a zone of which something is planned; `down` were so before. */
export function awayBudget({ kind, strategy, hosts, left }: Plan, zone: number, down: number): number {
  const size = [...hosts, ...left].filter((host) => host.zone === zone).length
  const wanted = Math.max(1, atMost(strategy.maxUnavailable, size))
  const spare = strategy.minHealthy ? size - atLeast(strategy.minHealthy, size) : size
  const budget = Math.min(wanted, spare)
  return kind === 'rollback' ? Math.min(size, Math.max(budget, down + 1)) : budget
}

/** Batch sizes of a stage. */
export function batchSizes({ kind, strategy }: Plan, stage: Plan['stages'][number]): number[] {
  const size = stage.queues.reduce((sum, queue) => sum + queue.hosts.length, 0)
  if (stage.kind === 'canary' || stage.kind === 'failed-first') return [size]
  const wanted = kind === 'rollback' ? strategy.batch.slice(-1) : strategy.batch
  return wanted.map((amount) => Math.max(1, atLeast(amount, size)))
}

/** What must happen between a stage and the next. */
export function pauseAfter({ kind, strategy, stages }: Plan, index: number): After {
  const stage = stages[index]
  if (kind === 'rollback' || !stage || index === stages.length - 1) return { kind: 'continue' }
  if (stage.kind === 'canary') return strategy.canary?.after ?? { kind: 'continue' }
  if (stage.kind !== 'zone') return { kind: 'continue' }
  const first = stages.findIndex((each) => each.kind === 'zone')
  return (index === first ? strategy.afterFirstZone : undefined) ?? strategy.betweenZones
}

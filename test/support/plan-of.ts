// Small fleets and plans for tests of the core.

import { createHash } from 'node:crypto'
import type { Fleet, LastKnown } from '../../src/core/fleet.ts'
import { makePlan, type PlanInput } from '../../src/core/make-plan.ts'
import type { Plan } from '../../src/core/plan.ts'
import type { HostWork } from '../../src/core/recipe.ts'
import type { Strategy } from '../../src/core/strategy.ts'

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

export function fleetOf(zones: Readonly<Record<string, number>>): Fleet {
  return {
    zones: Object.entries(zones).map(([name, count]) => ({
      name,
      hosts: Array.from({ length: count }, (_, i) => ({
        name: `${name}${i + 1}`,
        address: '127.0.0.1',
        port: 22,
        user: 'deploy',
        identity: 'default',
        jumps: [],
      })),
    })),
  }
}

export function workOf(release: string): HostWork {
  return {
    application: 'shop',
    environment: 'production',
    release: { id: release, artefact: { kind: 'none' }, variables: {} },
    recipe: { scripts: { start: 'true' }, timeoutMs: 60_000 },
    directory: '/srv/shop',
    keep: 5,
  }
}

export const plain: Strategy = {
  order: 'striped',
  batch: [{ kind: 'percent', percent: 100 }],
  barrier: false,
  maxUnavailable: { kind: 'percent', percent: 100 },
  maxFailures: { fleet: { kind: 'count', count: 0 } },
  betweenZones: { kind: 'continue' },
}

export function inputOf(over: Partial<Omit<PlanInput, 'strategy'>> & { strategy?: Partial<Strategy> }): PlanInput {
  const base = { kind: 'deploy', work: workOf('r2'), fleet: fleetOf({ a: 3, b: 3 }), includeCurrent: false } as const
  const lastKnown: LastKnown = new Map()
  return { ...base, lastKnown, ...over, strategy: { ...plain, ...over.strategy } }
}

export function planOf(over: Parameters<typeof inputOf>[0]): Plan {
  const plan = makePlan(inputOf(over), sha256)
  if (plan.kind === 'refused') throw new Error(`refused: ${plan.reason}`)
  return plan
}

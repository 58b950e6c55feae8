// Random fleets, strategies and knowledge of hosts, small enough that every corner is met often.

import fc from 'fast-check'
import type { Health, HostKnowledge, LastKnown } from '../../src/core/fleet.ts'
import type { PlanInput } from '../../src/core/make-plan.ts'
import type { After, Amount, Strategy } from '../../src/core/strategy.ts'
import { fleetOf, workOf } from './plan-of.ts'

const few: fc.Arbitrary<Amount> = fc.nat(3).map((count) => ({ kind: 'count', count }))
const share: fc.Arbitrary<Amount> = fc
  .constantFrom(0, 10, 25, 34, 50, 100)
  .map((percent) => ({ kind: 'percent', percent }))
const amount = fc.oneof(few, share)

const after: fc.Arbitrary<After> = fc.constantFrom<After>(
  { kind: 'continue' },
  { kind: 'wait' },
  { kind: 'bake', ms: 1_000 },
)

/** Absent rather than undefined, as the types want it. */
function maybe<Key extends string, Value>(key: Key, value: fc.Arbitrary<Value>): fc.Arbitrary<{ [K in Key]?: Value }> {
  return fc.record({ [key]: value } as Record<Key, fc.Arbitrary<Value>>, { requiredKeys: [] }) as fc.Arbitrary<{
    [K in Key]?: Value
  }>
}

const maxFailures = fc
  .tuple(maybe('fleet', amount), maybe('zone', amount), maybe('stage', amount))
  .map(([fleet, zone, stage]) => ({ ...fleet, ...zone, ...stage }))

export const strategy: fc.Arbitrary<Strategy> = fc
  .tuple(
    fc.record({
      order: fc.constantFrom('striped', 'zone-by-zone'),
      batch: fc.array(amount, { minLength: 1, maxLength: 3 }),
      barrier: fc.boolean(),
      maxUnavailable: amount,
      maxFailures,
      betweenZones: after,
    }),
    maybe('canary', fc.record({ hosts: amount, after })),
    maybe('minHealthy', amount),
    maybe('afterFirstZone', after),
  )
  .map(([base, ...options]) => Object.assign({}, base, ...options))

const health = fc.constantFrom<Health>('healthy', 'healthy', 'healthy', 'failed', 'unreachable', 'unknown')
const knowledge: fc.Arbitrary<HostKnowledge> = fc.record({ health, release: fc.constantFrom('r1', 'r1', 'r2') })

/** What `makePlan` takes; it may refuse it. */
export const planInput: fc.Arbitrary<PlanInput> = fc
  .record({
    kind: fc.constantFrom('deploy', 'deploy', 'rollback'),
    sizes: fc.array(fc.nat(5), { minLength: 1, maxLength: 4 }),
    strategy,
    known: fc.array(fc.option(knowledge), { minLength: 20, maxLength: 20 }),
    touched: fc.option(fc.array(fc.boolean(), { minLength: 20, maxLength: 20 })),
    includeCurrent: fc.boolean(),
  })
  .map(({ kind, sizes, strategy, known, touched, includeCurrent }) => {
    const fleet = fleetOf(Object.fromEntries(sizes.map((size, zone) => ['abcd'[zone], size])))
    const names = fleet.zones.flatMap((zone) => zone.hosts.map((host) => host.name))
    const lastKnown: LastKnown = new Map(
      names.flatMap((name, index): [string, HostKnowledge][] => {
        const one = known[index]
        return one ? [[name, one]] : []
      }),
    )
    const bad = kind === 'rollback' && touched ? { touched: new Set(names.filter((_, index) => touched[index])) } : {}
    return { kind, work: workOf('r2'), fleet, strategy, lastKnown, includeCurrent, ...bad }
  })

/** A tape of choices; shrinks towards fewer and plainer ones. */
export const tape: fc.Arbitrary<number[]> = fc.array(fc.nat(9_999), { maxLength: 400, size: 'max' })

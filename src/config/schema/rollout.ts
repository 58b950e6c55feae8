// How a rollout goes over the fleet: order, canary, batches, budgets, pauses.

import { z } from 'zod'
import type { After, Amount, FailureBudgets, Strategy } from '../../core/strategy.ts'
import { suggest } from '../../core/suggest.ts'
import { parseAmount } from '../amount.ts'
import { parseDuration } from '../duration.ts'
import { type Flaw, ok, type Parsed, wrong } from '../fault.ts'
import { show } from '../printable.ts'
import { oneOf, optional, parsed, required, ruled, textOrNumber } from './key.ts'

const some = parsed(textOrNumber, (input) => parseAmount(input, 1))
const any = parsed(textOrNumber, (input) => parseAmount(input, 0))
const duration = parsed(textOrNumber, (input) => parseDuration(input))
const TOLERANCE: Amount = { kind: 'percent', percent: 5 }

function parseAfter(input: string | number): Parsed<After> {
  if (input === 'continue' || input === 'wait') return ok({ kind: input })
  const bake = parseDuration(input)
  if (bake.kind === 'ok') return ok({ kind: 'bake', ms: bake.value })
  return wrong(
    `${show(String(input))} is neither continue, wait nor a duration`,
    suggest(String(input), ['continue', 'wait']) ?? bake.write,
  )
}

const pause = z.strictObject({
  bake: required(duration, { description: 'How long to watch before going on.', example: '10m' }),
})
const after = z.union([
  parsed(textOrNumber, parseAfter),
  pause.transform(({ bake }): After => ({ kind: 'bake', ms: bake })),
])

const canarySection = ruled(
  z.strictObject({
    hosts: required(some, { description: 'How many hosts go first.', example: 1 }),
    bake: optional(duration, { description: 'How long to watch them before going on.', example: '10m' }),
    wait: optional(z.boolean(), { description: 'true: a person says when to go on.', example: true, fallback: false }),
  }),
  oneOf(['bake', 'wait'], 0),
)

const canary = z.union([some.transform((hosts) => ({ hosts })), canarySection]).transform(toCanary)

function toCanary(part: { hosts: Amount; bake?: number; wait?: boolean }): { hosts: Amount; after: After } {
  if (part.wait === true) return { hosts: part.hosts, after: { kind: 'wait' } }
  return { hosts: part.hosts, after: part.bake === undefined ? { kind: 'continue' } : { kind: 'bake', ms: part.bake } }
}

const budgets = ruled(
  z.strictObject({
    fleet: optional(any, { description: 'In the whole fleet.', example: '5%' }),
    zone: optional(any, { description: 'In each zone.', example: 2 }),
    stage: optional(any, { description: 'In each stage.', example: 1 }),
  }),
  (value) =>
    Object.keys(value).length === 0 ? [{ path: [], message: 'is empty: nothing would ever halt the rollout' }] : [],
)

const maxFailures = z.union([any.transform((all): FailureBudgets => ({ fleet: all, zone: all })), budgets])

/** A pause between zones that would never happen must not be believed in. */
function pausesHaveZones(value: object): Flaw[] {
  if ('order' in value && value.order !== 'striped') return []
  return ['between_zones', 'first_zone']
    .filter((key) => Object.hasOwn(value, key))
    .map((key) => ({
      path: [key],
      at: 'key',
      message: 'has no effect without order: zone-by-zone',
      write: 'order: zone-by-zone',
    }))
}

export const rolloutSchema = ruled(
  z.strictObject({
    order: optional(z.enum(['striped', 'zone-by-zone']), {
      description: 'striped: all zones at once, each with its share. zone-by-zone: one after another, as written.',
      example: 'zone-by-zone',
      fallback: 'striped',
    }),
    canary: optional(canary, {
      description:
        'Hosts that go first, as a stage in which no failure is tolerated: an amount, or hosts with bake or wait.',
      example: { hosts: 1, bake: '10m' },
    }),
    batch: optional(z.union([some.transform((one) => [one]), z.array(some).min(1, 'is empty')]), {
      description: 'How many hosts are in flight. A list ramps up; its last entry stays.',
      example: [1, '10%', '50%'],
      fallback: 'max_unavailable',
    }),
    barrier: optional(z.boolean(), {
      description:
        'true: a batch must end before the next begins. false: the next host starts as soon as one finishes.',
      example: true,
      fallback: false,
    }),
    max_unavailable: optional(some, {
      description: 'How many hosts of a zone may be out of service at once, those that were down before included.',
      example: '25%',
      fallback: '25%',
    }),
    min_healthy: optional(some, { description: 'How many hosts of a zone must stay in service.', example: '50%' }),
    max_failures: optional(maxFailures, {
      description:
        'Failures tolerated; one more halts. An amount is the budget of each zone and of the fleet; or fleet, zone, stage.',
      example: 2,
      fallback: '5%',
    }),
    between_zones: optional(after, {
      description: 'After each zone: continue, wait (for a person), or a duration to watch it.',
      example: 'wait',
      fallback: 'continue',
    }),
    first_zone: optional(after, {
      description: 'After the first zone, when it should differ.',
      example: '30m',
      fallback: 'between_zones',
    }),
  }),
  pausesHaveZones,
)

export type RolloutPart = z.output<typeof rolloutSchema>

/** Puts the defaults in. */
export function toStrategy(part: RolloutPart): Strategy {
  const maxUnavailable: Amount = part.max_unavailable ?? { kind: 'percent', percent: 25 }
  return {
    order: part.order ?? 'striped',
    ...(part.canary && { canary: part.canary }),
    batch: part.batch ?? [maxUnavailable],
    barrier: part.barrier ?? false,
    maxUnavailable,
    ...(part.min_healthy && { minHealthy: part.min_healthy }),
    maxFailures: part.max_failures ?? { fleet: TOLERANCE, zone: TOLERANCE },
    betweenZones: part.between_zones ?? { kind: 'continue' },
    ...(part.first_zone && { afterFirstZone: part.first_zone }),
  }
}

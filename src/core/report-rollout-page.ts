// A rollout with every host of it, as pages and streams show it: the report, and one compact row a host. No wording; names and
// signatures come from hosts and are hostile text for every surface.

import type { Step } from './recipe.ts'
import { type RolloutFacts, type RolloutReport, reportRollout } from './report.ts'
import type { HostPhase, HostState } from './rollout.ts'

/**
 * How a host stands. `step` is null where it has none but a signature follows; `signature` is an index in the page's list.
 * What is absent at the end is left out: ten thousand rows are sent at once.
 */
export type HostNow = readonly [phase: HostPhase, attempt: number, step?: Step | null, signature?: number]

/** `zone` is an index in the page's `zones`. A host is known by its place in the list, which never changes. */
export type HostRow = readonly [name: string, zone: number, ...now: HostNow]

/** From the beginning of the first attempt to the end of the last one, ms since 1970; absent before anything began or ended. */
export type Span = { from?: number; to?: number }

export type RolloutPage = {
  report: RolloutReport
  /** Every zone of the plan by name, also those in which nothing is planned. */
  zones: readonly string[]
  /** When each zone was at work, in the order of `zones`. */
  spans: readonly Span[]
  /** Each once; it only ever grows at its end, so that an index stays true. */
  signatures: readonly string[]
  /** In the plan's order, which is the order of their indices everywhere. */
  hosts: readonly HostRow[]
}

/** Linear in the fleet. `signatures`: those that were told of already. */
export function reportRolloutPage(facts: RolloutFacts, signatures: Signatures = openSignatures()): RolloutPage {
  return {
    report: reportRollout(facts),
    zones: facts.plan.zones.map(({ name }) => name),
    spans: spansOf(facts),
    // Before `signatures`: the rows may add to them.
    hosts: facts.hosts.map((host, index) => {
      const planned = facts.plan.hosts[index]
      return [planned?.host.name ?? '', planned?.zone ?? 0, ...hostNow(host, signatures)]
    }),
    signatures: [...signatures.list],
  }
}

/** A list of different signatures that is added to. */
export type Signatures = { readonly list: readonly string[]; indexOf(signature: string): number }

export function openSignatures(): Signatures {
  const list: string[] = []
  const known = new Map<string, number>()
  return {
    list,
    indexOf(signature) {
      const index = known.get(signature) ?? list.push(signature) - 1
      known.set(signature, index)
      return index
    },
  }
}

export function hostNow({ phase, attempt, step, signature }: HostState, signatures: Signatures): HostNow {
  if (signature !== undefined) return [phase, attempt, step ?? null, signatures.indexOf(signature)]
  return step === undefined ? [phase, attempt] : [phase, attempt, step]
}

export function spansOf({ plan, hosts }: Pick<RolloutFacts, 'plan' | 'hosts'>): Span[] {
  const spans = plan.zones.map((): Span => ({}))
  hosts.forEach(({ startedAt, finishedAt }, index) => {
    const span = spans[plan.hosts[index]?.zone ?? -1]
    if (!span) return
    if (startedAt !== undefined) span.from = Math.min(span.from ?? startedAt, startedAt)
    if (finishedAt !== undefined) span.to = Math.max(span.to ?? finishedAt, finishedAt)
  })
  return spans
}

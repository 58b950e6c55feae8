// What changed on a rollout page between two looks: for streams, which send the page once and then only this. Pure; both ends use
// it, whoever makes changes and whoever applies them.

import type { Plan } from './plan.ts'
import { type RolloutFacts, type RolloutReport, reportRollout } from './report.ts'
import {
  type HostNow,
  hostNow,
  openSignatures,
  type RolloutPage,
  reportRolloutPage,
  type Span,
  spansOf,
} from './report-rollout-page.ts'
import type { HostState } from './rollout.ts'

export type RolloutChange = {
  report: RolloutReport
  spans: readonly Span[]
  /** To be added at the end of the page's list. */
  signatures: readonly string[]
  /** Those that changed, each with its place in the page's list. */
  hosts: readonly HostChange[]
}

export type HostChange = readonly [host: number, ...now: HostNow]

/** The page after a change. */
export function applyChange(page: RolloutPage, { report, spans, signatures, hosts }: RolloutChange): RolloutPage {
  const rows = [...page.hosts]
  for (const [index, ...now] of hosts) {
    const row = rows[index]
    if (row) rows[index] = [row[0], row[1], ...now]
  }
  return { ...page, report, spans, signatures: [...page.signatures, ...signatures], hosts: rows }
}

/** A page that is looked at again and again. */
export type MovingPage = {
  /** As it is since the last move. */
  page(): RolloutPage
  /** `undefined`: nothing to be seen has changed. Linear in the fleet. */
  move(facts: RolloutFacts): RolloutChange | undefined
}

/** The plan is that of the first facts: it never changes. */
export function openMovingPage(first: RolloutFacts): MovingPage {
  const signatures = openSignatures()
  let facts = first
  let told = tellOf(first)
  reportRolloutPage(first, signatures)
  return {
    page: () => reportRolloutPage(facts, signatures),
    move(next) {
      const known = signatures.list.length
      const hosts = hostChanges(next.plan, facts.hosts, next.hosts).map(
        (index): HostChange => [index, ...hostNow(next.hosts[index] ?? QUEUED, signatures)],
      )
      facts = next
      const before = told
      told = tellOf(next)
      if (hosts.length === 0 && JSON.stringify(before) === JSON.stringify(told)) return undefined
      return { ...told, signatures: signatures.list.slice(known), hosts }
    },
  }
}

const QUEUED: HostState = { phase: 'queued', attempt: 1 }

function tellOf(facts: RolloutFacts): Pick<RolloutChange, 'report' | 'spans'> {
  return { report: reportRollout(facts), spans: spansOf(facts) }
}

/** States are replaced, never changed in place: the same object is the same state. */
function hostChanges({ hosts }: Plan, before: readonly HostState[], after: readonly HostState[]): number[] {
  const changed: number[] = []
  for (let index = 0; index < hosts.length; index++) {
    const [was, is] = [before[index], after[index]]
    if (was && is && was !== is && !looksSame(was, is)) changed.push(index)
  }
  return changed
}

function looksSame(a: HostState, b: HostState): boolean {
  return a.phase === b.phase && a.attempt === b.attempt && a.step === b.step && a.signature === b.signature
}

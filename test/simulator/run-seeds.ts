// Plays many seeds one after the other and adds up what happened. Stops at the first broken invariant when told to.

import { drawScenario } from './draw-scenario.ts'
import { Violation } from './judge/violation.ts'
import { play } from './play.ts'

/** Every `stride`-th seed from `first`, `count` of them. */
export type Seeds = { first: number; count: number; stride: number; stopAtFirst: boolean }

export type Broken = { seed: number; invariant: string; message: string }

export type Report = {
  seeds: number
  events: number
  commits: number
  virtualMs: number
  faults: Record<string, number>
  broken: Broken[]
}

export async function runSeeds({ first, count, stride, stopAtFirst }: Seeds): Promise<Report> {
  const report = emptyReport()
  for (let n = 0; n < count; n++) {
    const seed = first + n * stride
    const { violation, ...outcome } = await play(drawScenario(seed))
    add(report, { ...outcome, seeds: 1, broken: violation ? [brokenBy(seed, violation)] : [] })
    if (violation && stopAtFirst) break
  }
  return report
}

export function emptyReport(): Report {
  return { seeds: 0, events: 0, commits: 0, virtualMs: 0, faults: {}, broken: [] }
}

export function add(to: Report, one: Omit<Report, 'faults'> & { faults: Readonly<Record<string, number>> }): void {
  to.seeds += one.seeds
  to.events += one.events
  to.commits += one.commits
  to.virtualMs += one.virtualMs
  to.broken.push(...one.broken)
  for (const [kind, times] of Object.entries(one.faults)) to.faults[kind] = (to.faults[kind] ?? 0) + times
}

export function brokenBy(seed: number, error: Error): Broken {
  const cause = error.cause instanceof Error ? `${error.cause.stack}` : ''
  const invariant = error instanceof Violation ? error.invariant : 'a fault of the engine'
  return { seed, invariant, message: `${error instanceof Violation ? error.message : error.stack} ${cause}`.trim() }
}

// Medians of a rival's runs, and how the rivals stand to one of them.

import { median } from '../print.ts'
import type { Measured } from './measure.ts'

export type Run = Measured & { round: number }

export type Summary = {
  rival: string
  /** Runs that reached every host; the figures are medians over them. */
  runs: number
  workMs: number
  wallMs: number
  hostsPerSecond: number
  /** Of the whole process tree; `workCpuMsPerHost` leaves its start out where the rival can tell. */
  clientCpuMsPerHost: number
  workCpuMsPerHost: number
  peakMb: number
  own: Record<string, number>
  workMsEach: number[]
}

export function summary(rival: string, hosts: number, runs: readonly Run[]): Summary {
  const of = (read: (run: Measured) => number) => median(runs.map(read))
  const workMs = of((run) => run.workMs)
  return {
    rival,
    runs: runs.length,
    workMs,
    wallMs: of((run) => run.wallMs),
    hostsPerSecond: (hosts / workMs) * 1_000,
    clientCpuMsPerHost: of((run) => run.cpuMs) / hosts,
    workCpuMsPerHost: of((run) => run.workCpuMs) / hosts,
    peakMb: of((run) => run.peakMb),
    own: Object.fromEntries(ownNames(runs).map((name) => [name, of((run) => Number(run.own[name]))])),
    workMsEach: runs.map((run) => run.workMs),
  }
}

/**
 * Above 1: `subject` is that many times as fast, or as frugal, as the other. `wall` counts whole processes, with their start
 * and end; `work` counts the deploy alone where a rival can tell the two apart. Each is the median over the rounds of the
 * ratio within a round: what else the machine does in the meantime changes from round to round, and cancels out within one.
 */
export function ratios(subject: string, all: ReadonlyMap<string, readonly Run[]>): Record<string, unknown> {
  const own = all.get(subject) ?? []
  const lines = [...all].filter(([name]) => name !== subject).map(([name, runs]) => [name, against(own, runs)])
  return { subject, ...Object.fromEntries(lines) }
}

function against(own: readonly Run[], other: readonly Run[]): Record<string, number> {
  const pairs = own.flatMap((mine) => {
    const theirs = other.find(({ round }) => round === mine.round)
    return theirs ? [{ mine, theirs }] : []
  })
  const of = (read: (run: Run) => number) => median(pairs.map(({ mine, theirs }) => read(theirs) / read(mine)))
  return {
    work: of((run) => run.workMs),
    wall: of((run) => run.wallMs),
    cpu: of((run) => run.workCpuMs),
    memory: of((run) => run.peakMb),
  }
}

function ownNames(runs: readonly Run[]): string[] {
  return Object.entries(runs[0]?.own ?? {})
    .filter(([name, value]) => !name.startsWith('work') && typeof value === 'number')
    .map(([name]) => name)
}

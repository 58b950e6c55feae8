// Medians of a rival's runs, and how the rivals stand to one of them.

import { median } from '../print.ts'
import type { Measured } from './measure.ts'

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

export function summary(rival: string, hosts: number, runs: readonly Measured[]): Summary {
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
 * and end; `work` counts the deploy alone where a rival can tell the two apart.
 */
export function ratios(subject: string, all: readonly Summary[]): Record<string, unknown> {
  const own = all.find(({ rival }) => rival === subject)
  if (!own) return {}
  const others = all.filter((one) => one !== own && one.runs > 0)
  return {
    subject,
    ...Object.fromEntries(
      others.map((other) => [
        other.rival,
        {
          work: other.workMs / own.workMs,
          wall: other.wallMs / own.wallMs,
          cpu: other.workCpuMsPerHost / own.workCpuMsPerHost,
          memory: other.peakMb / own.peakMb,
        },
      ]),
    ),
  }
}

function ownNames(runs: readonly Measured[]): string[] {
  return Object.entries(runs[0]?.own ?? {})
    .filter(([name, value]) => !name.startsWith('work') && typeof value === 'number')
    .map(([name]) => name)
}

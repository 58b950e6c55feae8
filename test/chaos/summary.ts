// What a chaos run comes to: one object of figures, and the lines of the hosts that show what is wrong.

import type { Claim } from './claims.ts'
import { percentile, type Resume } from './drive-log.ts'
import type { HostRecord } from './host-record.ts'
import type { Violation } from './oracle.ts'

export type Findings = {
  seed: number
  ms: number
  hosts: number
  faults: Record<string, number>
  claims: readonly Claim[]
  records: readonly HostRecord[]
  violations: readonly Violation[]
  resumes: readonly Resume[]
  drainsMs: readonly number[]
  requestsRepeated: number
  /** Processes that ended and had not been told to. */
  died: readonly string[]
}

/** A replica has so long to end after SIGTERM. */
const DRAIN_MS = 30_000
/** Another process is wanted to go on within this time. Shown, not judged: a busy machine is no fault of Houston's. */
const RESUME_MS = 15_000

export function summarise(findings: Findings) {
  const { violations, resumes, drainsMs, died } = findings
  const count = (kind: Violation['kind']) => violations.filter((one) => one.kind === kind).length
  const slowDrains = drainsMs.filter((ms) => ms > DRAIN_MS).length
  return {
    ...{ kind: 'chaos-summary', ok: violations.length + died.length + slowDrains === 0 },
    ...{ seed: findings.seed, seconds: Math.round(findings.ms / 1_000), hosts: findings.hosts },
    faults: findings.faults,
    rollouts: endStates(findings.claims),
    steps_run: findings.records.flatMap(({ lines }) => lines).filter(({ mark }) => mark === 'begin').length,
    ...{ steps_repeated: count('repeated'), overlaps: count('overlap'), after_halt: count('after-halt') },
    ...{ missing: count('missing'), lost: count('lost') },
    halts_told: findings.claims.filter(({ kind }) => kind === 'quiet').length,
    requests_repeated: findings.requestsRepeated,
    resume_ms: figures(resumes.map(({ ms }) => ms)),
    slow_resumes: resumes
      .filter(({ ms }) => ms > RESUME_MS)
      .map(({ atMs, ...resume }) => ({ at: timeOf(atMs), ...resume })),
    drain_ms: figures(drainsMs),
    died,
    violations: violations.map(shown),
  }
}

/** As the lines of progress begin. */
function timeOf(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19)
}

function endStates(claims: readonly Claim[]): Record<string, number> {
  const states: Record<string, number> = {}
  for (const claim of claims) {
    if (claim.kind !== 'result') continue
    const phase = claim.phase ?? 'unknown'
    states[phase] = (states[phase] ?? 0) + 1
  }
  return states
}

function figures(values: readonly number[]) {
  const [p50, p99, max] = [0.5, 0.99, 1].map((share) => Math.round(percentile(values, share)))
  return { count: values.length, p50, p99, max }
}

function shown({ lines, ...violation }: Violation) {
  const text = lines.map(({ mark, step, release, rollout, pid, upMs }) =>
    [mark, step, release, rollout, pid, (upMs / 1_000).toFixed(2)].join(' '),
  )
  return { ...violation, lines: text }
}

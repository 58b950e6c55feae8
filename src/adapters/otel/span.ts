// A span as the rest of this folder tells it, and the ids that several processes agree on without asking each other.

import { createHash } from 'node:crypto'

/** What was, from when to when (ms since 1970). Told when it is over. */
export type Told = {
  trace: string
  /** Absent: nothing hangs below it, any will do. */
  id?: string
  parent?: string
  name: string
  /** It handles what came from outside. */
  consumes?: true
  from: number
  to: number
  attributes: Readonly<Record<string, string | number | boolean | undefined>>
  /** It did not go well: what happened. */
  fault?: string
}

export type Tell = (span: Told) => void

/** The trace of a rollout or of a message, whoever tells it. */
export function traceOf(subject: string): string {
  return digest('trace', subject).slice(0, 32)
}

/** The span of a rollout itself. */
export function rootOf(rollout: string): string {
  return spanOf(rollout, 'rollout')
}

export function stageOf(rollout: string, stage: string): string {
  return spanOf(rollout, 'stage', stage)
}

/** An attempt on a host. Whoever holds the connection hangs the steps below it, and knows nothing of the plan. */
export function hostOf(rollout: string, host: string, attempt: number): string {
  return spanOf(rollout, 'host', host, String(attempt))
}

function spanOf(...parts: readonly string[]): string {
  return digest('span', ...parts).slice(0, 16)
}

function digest(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex')
}

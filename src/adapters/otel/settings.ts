// What says whether, where to and how traces are sent. It loads nothing of OpenTelemetry's.

import type { Secret } from '../../core/secret.ts'

export type TraceSettings = {
  /** Of traces, whole: `…/v1/traces`. */
  endpoint: string
  headers: ReadonlyMap<string, Secret>
  /** For one delivery, repetitions included. */
  timeoutMs: number
  /** The share of traces that is told, 0 to 1; whole traces, the same in every process. */
  ratio: number
  service: string
  /** Of the resource: they overrule what the process says of itself. */
  attributes: Readonly<Record<string, string>>
  queue: { mostSpans: number; batchSpans: number; delayMs: number }
}

export type Variables = Readonly<Record<string, string | undefined>>

// Traces of a process, when they are wanted: only then OpenTelemetry is loaded.

import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { Fortune } from '../../../adapters/otel/delivery.ts'
import type { Tracing } from '../../../adapters/otel/open-tracing.ts'
import type { TraceSettings } from '../../../adapters/otel/settings.ts'
import { VERSION } from '../../version.ts'
import { createHide } from '../hide.ts'
import type { Log } from '../log.ts'
import { narrateSpans } from './narrate-spans.ts'

export type TracesOptions = {
  /** Absent: no traces. */
  settings: TraceSettings | undefined
  log: Pick<Log, 'info' | 'warn'>
  meter?: Fortune
  /** No text that leaves has one of them in it. */
  secrets: readonly string[]
  now: () => number
}

export async function openTraces({ settings, log, meter, secrets, now }: TracesOptions): Promise<Tracing | undefined> {
  if (!settings) return undefined
  const { openTracing } = await import('../../../adapters/otel/open-tracing.ts')
  const service = { version: VERSION, host: hostname(), pid: process.pid, instance: randomUUID() }
  const told = narrateSpans(log)
  const fortune: Fortune = {
    sent(spans) {
      told.sent(spans)
      meter?.sent(spans)
    },
    lost(spans, why) {
      told.lost(spans, why)
      meter?.lost(spans, why)
    },
  }
  return openTracing({ settings, service, redact: createHide(secrets), fortune, now })
}

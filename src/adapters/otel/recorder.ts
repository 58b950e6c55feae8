// Makes OpenTelemetry's spans of what is told, with the ids and times that it brings. Every text passes the redactor here, and is cut.

import { type HrTime, ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BasicTracerProvider, type SpanProcessor, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace-base'
import { createIds } from './ids.ts'
import type { TraceSettings } from './settings.ts'
import type { Tell, Told } from './span.ts'

/** Of one text; a signature has 120. */
const MOST_CHARACTERS = 1_024

/** What the process is: `version` of Houston, `host` where it runs, and an id that no other process has. */
export type Service = { version: string; host: string; pid: number; instance: string }

export type RecorderOptions = {
  settings: Pick<TraceSettings, 'ratio' | 'service' | 'attributes'>
  service: Service
  processor: SpanProcessor
  redact: (text: string) => string
}

export function createRecorder({ settings, service, processor, redact }: RecorderOptions): Tell {
  const ids = createIds()
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes(attributesOf(settings, service)),
    // By the trace's id, so that every process tells the same ones whole.
    sampler: new TraceIdRatioBasedSampler(settings.ratio),
    idGenerator: ids,
    spanProcessors: [processor],
  })
  const tracer = provider.getTracer('houston', service.version)
  const clean = (text: string) => redact(text).slice(0, MOST_CHARACTERS)
  return (told) => {
    ids.next(told)
    const attributes = cleaned(told.attributes, clean)
    const kind = told.consumes ? SpanKind.CONSUMER : SpanKind.INTERNAL
    const span = tracer.startSpan(clean(told.name), { kind, attributes, startTime: timeOf(told.from) }, parentOf(told))
    if (told.fault !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: clean(told.fault) })
    // A clock that was set back makes no span end before it began.
    span.end(timeOf(Math.max(told.from, told.to)))
  }
}

function attributesOf({ service: name, attributes }: RecorderOptions['settings'], service: Service) {
  return {
    'service.version': service.version,
    'service.instance.id': service.instance,
    'host.name': service.host,
    'process.pid': service.pid,
    ...attributes,
    'service.name': name,
  }
}

function parentOf({ trace: traceId, parent }: Told) {
  if (parent === undefined) return ROOT_CONTEXT
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId: parent, traceFlags: TraceFlags.SAMPLED })
}

function cleaned(attributes: Told['attributes'], clean: (text: string) => string) {
  const known: Record<string, string | number | boolean> = {}
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined) known[name] = typeof value === 'string' ? clean(value) : value
  return known
}

/** Not as a number: the SDK takes small ones for times since the start of the process. */
function timeOf(ms: number): HrTime {
  return [Math.floor(ms / 1_000), Math.round((ms % 1_000) * 1e6)]
}

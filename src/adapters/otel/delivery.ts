// Takes spans to the collector, behind everybody's back: a bounded queue, one batch after the other. What finds no room or is not
// taken is dropped and counted; nobody ever waits for it but `close`, and that not for long.

import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { BatchSpanProcessor, type SpanExporter, type SpanProcessor } from '@opentelemetry/sdk-trace-base'
import type { TraceSettings } from './settings.ts'

/** Hears what becomes of spans. `why` is the collector's or the network's word. */
export type Fortune = { sent(spans: number): void; lost(spans: number, why: string): void }

/** The process ends soon after; supervisors do not wait for traces. */
const LAST_WORDS_MS = 2_000

export type Delivery = { processor: SpanProcessor; close(): Promise<void> }

export function createDelivery(settings: TraceSettings, fortune: Fortune): Delivery {
  const { mostSpans, batchSpans, delayMs } = settings.queue
  const held = { spans: 0 }
  const batches = new BatchSpanProcessor(counted(exporterOf(settings), held, fortune), {
    maxQueueSize: mostSpans,
    maxExportBatchSize: batchSpans,
    scheduledDelayMillis: delayMs,
    exportTimeoutMillis: settings.timeoutMs + 1_000,
  })
  const processor: SpanProcessor = {
    onStart: () => {},
    onEnd(span) {
      if (held.spans >= mostSpans) return fortune.lost(1, 'more is told than can be delivered')
      held.spans += 1
      batches.onEnd(span)
    },
    forceFlush: () => batches.forceFlush(),
    shutdown: () => batches.shutdown(),
  }
  return { processor, close: () => close(batches, held, fortune) }
}

async function close(batches: SpanProcessor, held: { spans: number }, fortune: Fortune): Promise<void> {
  const late = Promise.withResolvers<void>()
  const timer = setTimeout(late.resolve, LAST_WORDS_MS)
  await Promise.race([batches.shutdown().catch(() => {}), late.promise])
  clearTimeout(timer)
  if (held.spans > 0) fortune.lost(held.spans, 'the collector did not take them before the end')
}

/** Certificates and compression it reads from the environment itself. */
function exporterOf({ endpoint, headers, timeoutMs }: TraceSettings): SpanExporter {
  return new OTLPTraceExporter({
    url: endpoint,
    headers: Object.fromEntries([...headers].map(([name, value]) => [name, value.reveal()])),
    timeoutMillis: timeoutMs,
  })
}

/** `held`: spans that are in the queue or on their way. */
function counted(exporter: SpanExporter, held: { spans: number }, fortune: Fortune): SpanExporter {
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        held.spans -= spans.length
        if (result.error || result.code !== 0) fortune.lost(spans.length, wordsOf(result.error))
        else fortune.sent(spans.length)
        done(result)
      })
    },
    shutdown: () => exporter.shutdown(),
  }
}

function wordsOf(error: Error | undefined): string {
  const code = error && 'code' in error ? String(error.code) : ''
  const message = error?.message || 'it was not taken'
  return message.includes(code) ? message : `${message} (${code})`
}

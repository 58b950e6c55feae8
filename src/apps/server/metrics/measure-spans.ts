// Counts what becomes of spans on their way to the collector. Without traces there is nothing to count, and no series.

import { Counter, type Registry } from 'prom-client'
import type { Fortune } from '../../../adapters/otel/delivery.ts'

export function createSpanMeter(register: Registry): Fortune {
  const spans = new Counter({
    name: 'houston_trace_spans_total',
    help: 'Spans of traces by what became of them; lost ones found no room, or were not taken.',
    labelNames: ['outcome'],
    registers: [register],
  })
  return {
    sent: (count) => spans.inc({ outcome: 'sent' }, count),
    lost: (count) => spans.inc({ outcome: 'lost' }, count),
  }
}

// Tells the log that spans are lost, once and not for each, and that they arrive again.

import type { Fortune } from '../../../adapters/otel/delivery.ts'
import type { Log } from '../log.ts'

/** The same trouble again within this time is not news. */
const NEWS_MS = 10 * 60_000

export function narrateSpans(log: Pick<Log, 'info' | 'warn'>, monotonic = () => performance.now()): Fortune {
  let lost = 0
  let told = Number.NEGATIVE_INFINITY
  let warned = false
  return {
    lost(spans, reason) {
      lost += spans
      if (monotonic() - told < NEWS_MS) return
      told = monotonic()
      warned = true
      log.warn('traces are lost; rollouts go on', { reason, spans: lost })
    },
    sent() {
      if (!warned) return
      log.info('traces arrive again', { lost })
      warned = false
      lost = 0
    },
  }
}

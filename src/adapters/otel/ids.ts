// Gives OpenTelemetry's tracer the ids of the span that is told next; it would else draw them by chance.

import { type IdGenerator, RandomIdGenerator } from '@opentelemetry/sdk-trace-base'

export type Ids = IdGenerator & {
  /** For the span that is started next. */
  next(of: { trace: string; id?: string }): void
}

export function createIds(): Ids {
  const random = new RandomIdGenerator()
  let told: { trace: string; id?: string } = { trace: random.generateTraceId() }
  return {
    next(of) {
      told = of
    },
    generateTraceId: () => told.trace,
    generateSpanId: () => told.id ?? random.generateSpanId(),
  }
}

// What the environment says about traces, or the reason why it cannot be.

import { readTraceSettings } from '../../adapters/otel/read-settings.ts'
import type { TraceSettings } from '../../adapters/otel/settings.ts'
import type { Variables } from '../../config/settings.ts'
import { EXIT } from './exit-code.ts'
import { Failure } from './failure.ts'

const NEXT = 'next: correct it, or OTEL_SDK_DISABLED=true: then there are no traces'

/** Throws `Failure`. */
export function traceSettings(variables: Variables): TraceSettings | undefined {
  const reading = readTraceSettings(variables)
  if (reading.kind === 'none') return undefined
  if (reading.kind === 'traces') return reading.settings
  throw new Failure(EXIT.usage, [['Traces cannot be sent:'], ...reading.faults.map((fault) => [`  ${fault}`]), [NEXT]])
}

// The token of /metrics for commands that serve it, or the reason why there can be none.

import type { Variables } from '../../config/settings.ts'
import type { Secret } from '../../core/secret.ts'
import { readMetricsToken } from '../server/metrics/read-token.ts'
import { EXIT } from './exit-code.ts'
import { Failure } from './failure.ts'

const NEXT = 'next: correct it, or unset it: then only this machine may read /metrics'

/** Throws `Failure`. */
export function metricsToken(variables: Variables): Secret | undefined {
  const reading = readMetricsToken(variables)
  if (reading.kind === 'none') return undefined
  if (reading.kind === 'token') return reading.token
  throw new Failure(EXIT.usage, [[reading.fault], [NEXT]])
}

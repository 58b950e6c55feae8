// What must wait is no fault: neither what a handler says must, nor GitHub's limits and outages, however long they last.

import { faultOf } from '../../adapters/github/fault.ts'

/** Thrown: not a fault, what was asked for has to wait. The inbox comes back without counting a try. */
export class Later extends Error {
  readonly afterMs: number
  constructor(afterMs: number, why: string) {
    super(why)
    this.afterMs = afterMs
  }
}

/** Where GitHub does not say how long it wants to be left in peace. */
export const LIMITED_MS = 60_000
const OUTAGE_MS = 30_000

/** After how long to try again; `undefined` for a fault. */
export function laterMs(error: unknown): number | undefined {
  if (error instanceof Later) return error.afterMs
  const fault = apiFault(error)
  if (fault?.kind === 'limited') return fault.retryAfterMs ?? LIMITED_MS
  return fault?.kind === 'unsure' ? OUTAGE_MS : undefined
}

/** Whatever is no answer of GitHub's is a bug. */
function apiFault(error: unknown): ReturnType<typeof faultOf> | undefined {
  try {
    return faultOf(error)
  } catch {
    return undefined
  }
}

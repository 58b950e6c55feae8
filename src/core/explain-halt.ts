// Why a rollout was halted, in one sentence for every surface. The name of a zone, a stage or a person stands in it as it is:
// whoever shows it escapes it.

import { hosts } from './phrases.ts'
import type { HaltReason } from './rollout.ts'

/** Why no further host is touched. */
export function haltWords(halt: HaltReason): string {
  switch (halt.kind) {
    case 'fleet-budget':
      return `halted: ${halt.failed} of ${hosts(halt.of)} failed, ${tolerated(halt.budget)}`
    case 'zone-budget':
      return `halted: ${halt.failed} of ${hosts(halt.of)} in ${halt.zone} failed, ${tolerated(halt.budget)}`
    case 'stage-budget':
      return `halted: ${halt.failed} of ${hosts(halt.of)} of stage ${halt.stage} failed, ${tolerated(halt.budget)}`
    case 'no-room':
      return `halted: ${hosts(halt.down)} out of service in ${halt.zone}, and no more than ${halt.budget} may be; skip a dead host or mend one`
    case 'asked':
      return halt.by === '' ? 'halted' : `halted by ${halt.by}`
    default:
      return halt satisfies never
  }
}

function tolerated(budget: number): string {
  return budget === 0 ? 'none is tolerated' : `${budget} ${budget === 1 ? 'is' : 'are'} tolerated`
}

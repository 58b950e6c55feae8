// When a step has seen enough of a rollout.

import type { RolloutPage } from '../../src/core/report-rollout-page.ts'
import { hasEnded } from '../../src/core/rollout.ts'

/** It ended, or it halted and nothing runs any more. One that waits for a person goes on when that person comes. */
export function isAtRest({ report }: RolloutPage): boolean {
  const { phase, hosts } = report
  return hasEnded(phase) || (phase === 'halted' && hosts.running === 0)
}

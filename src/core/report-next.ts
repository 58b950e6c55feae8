// What a person can sensibly do next with a rollout. Decides; the renderer knows how each is typed or pressed.

import type { RolloutKind } from './plan.ts'
import type { Count } from './report-hosts.ts'
import type { RolloutPhase } from './rollout.ts'

export type NextStep = 'watch' | 'approve' | 'halt' | 'continue' | 'rollback' | 'retry' | 'resume' | 'abort' | 'log'

/** The most likely one first. */
export function nextSteps(phase: RolloutPhase, kind: RolloutKind, hosts: Count): NextStep[] {
  const steps = stepsIn(phase, kind, hosts)
  // While it is under way a second rollback is refused; afterwards it would go further back, which nobody should do by reflex.
  return kind === 'rollback' ? steps.filter((step) => step !== 'rollback') : steps
}

function stepsIn(phase: RolloutPhase, kind: RolloutKind, hosts: Count): NextStep[] {
  const unwell = hosts.failed + hosts.unreachable + hosts.unknown
  const logs: NextStep[] = unwell > 0 ? ['log'] : []
  switch (phase) {
    case 'unapproved':
      return ['approve', 'abort']
    case 'gated':
    case 'running':
    case 'halting':
      return phase === 'halting' ? ['watch', 'rollback'] : ['watch', 'halt', 'rollback']
    case 'baking':
    case 'waiting':
      return ['continue', 'rollback', 'abort']
    case 'halted':
      if (kind === 'rollback') return [...logs, 'retry', 'resume', 'abort']
      return unwell > 0 ? ['rollback', 'log', 'retry', 'resume', 'abort'] : ['resume', 'rollback', 'abort']
    case 'failed':
      return [...logs, 'retry', 'rollback']
    case 'succeeded':
      return ['rollback']
    case 'aborted':
      return [...logs, 'rollback']
    case 'superseded':
      return []
    default:
      return phase satisfies never
  }
}

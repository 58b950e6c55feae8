// What a command's end means to a script.

import type { RolloutReport } from '../../core/report.ts'

export const EXIT = {
  ok: 0,
  /** The rollout failed, was halted or aborted. */
  failed: 1,
  /** Usage or configuration. */
  usage: 2,
  rolledBack: 3,
  /** Refused, or blocked until a person does something. */
  refused: 4,
  unreachable: 5,
  interrupted: 130,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** `latest`: the environment's newest rollout, which may have taken this one's place. */
export function exitCodeOf(report: RolloutReport, latest: RolloutReport = report): ExitCode {
  switch (report.phase) {
    case 'succeeded':
      return EXIT.ok
    case 'superseded':
      return latest.kind === 'rollback' && latest.rollout !== report.rollout ? EXIT.rolledBack : EXIT.failed
    case 'failed':
    case 'halted':
    case 'aborted':
      return onlyUnreachable(report) ? EXIT.unreachable : EXIT.failed
    case 'unapproved':
    case 'gated':
    case 'running':
    case 'baking':
    case 'waiting':
    case 'halting':
      return EXIT.refused
    default:
      return report.phase satisfies never
  }
}

function onlyUnreachable({ hosts }: RolloutReport): boolean {
  return hosts.unreachable > 0 && hosts.succeeded + hosts.failed + hosts.unknown === 0
}

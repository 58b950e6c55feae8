// A mark of how far a rollout has come. It is another one as soon as hosts begin or are tried again, and the same as long as the
// rollout stands still: whoever lets it go on does so from where they saw it.

import type { HostState, RolloutCursor } from './rollout.ts'

/** Linear in the fleet. */
export function standMark({ cursor, hosts }: { cursor: RolloutCursor; hosts: readonly HostState[] }): string {
  let [begun, attempts] = [0, 0]
  for (const { attempt, startedAt } of hosts) {
    attempts += attempt
    if (startedAt !== undefined) begun += 1
  }
  return `${cursor.stage}.${begun}.${attempts}`
}

// Compares what is recorded of a host with what the host says of itself.

import type { Health } from './fleet.ts'

/** What a host answered when it was asked what it runs. */
export type Reading =
  | { kind: 'read'; installed?: string; current?: string; live?: string }
  | { kind: 'unreachable'; signature: string }

export type HostReport = {
  name: string
  zone: string
  /** Absent: never rolled out to. */
  health?: Health
  /** The release the record says. */
  release?: string
  /** When that was recorded, ms since 1970. */
  at?: number
  reading?: Reading
  drift?: Drift
}

export type Drift =
  | { kind: 'other-release'; recorded?: string; found?: string }
  /** `current` and the host's own note disagree: somebody changed the link by hand, or a switch was cut. */
  | { kind: 'torn'; installed?: string; current?: string }
  /** A run of this rollout lives there at this moment. */
  | { kind: 'busy'; rollout: string }

/** What is not as recorded; `undefined` when the host runs what the record says, or could not be read. */
export function driftOf(recorded: string | undefined, reading: Reading): Drift | undefined {
  if (reading.kind === 'unreachable') return undefined
  const { installed, current, live } = reading
  if (live !== undefined) return { kind: 'busy', rollout: live }
  const found = installed ?? current
  if (installed !== undefined && current !== undefined && installed !== current)
    return { kind: 'torn', installed, current }
  if (found === recorded) return undefined
  return {
    kind: 'other-release',
    ...(recorded !== undefined && { recorded }),
    ...(found !== undefined && { found }),
  }
}

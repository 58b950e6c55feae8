// What travels between whoever drives a rollout and the runners: tasks, chunks of hosts, and messages back. Only shapes.

import type { Host } from '../../../core/fleet.ts'
import type { HostWork } from '../../../core/recipe.ts'
import type { Claim, HostReading, HostReport } from '../../../engine/ports.ts'

/** What is to be done on each host of a session. */
export type Task = { kind: 'rollout'; work: HostWork; preempt: boolean } | { kind: 'probe'; directory: string }

/** A host of a chunk; `index` is the driver's, and messages name it. */
export type ChunkHost = { index: number; host: Host; zone: string }

/**
 * `withdrawn`: what has not begun must not begin. `removed`: taken back before any runner took it. `given-up`: no runner
 * took it, or took it over, in time. Only `open` and `withdrawn` chunks are worked on.
 */
export type ChunkState = 'open' | 'withdrawn' | 'removed' | 'given-up'

/** Hosts at most in a chunk: the unit that a runner takes, and that another takes over when it dies. */
export const HOSTS_A_CHUNK = 50

export type NewChunk = { id: string; runner: string; hosts: readonly ChunkHost[]; claims: readonly Claim[] }

/** A chunk in the hands of a runner. `takes` fences it: whoever took it later counts. */
export type TakenChunk = {
  id: string
  session: string
  takes: number
  rollout: string
  epoch: number
  task: Task
  hosts: ChunkHost[]
  /** Those that have not ended. */
  claims: Claim[]
  state: ChunkState
}

/** What a runner says of a host. */
export type Message = HostReport | { host: number; attempt: number; kind: 'host-read'; reading: HostReading }

/** After this message nothing more is said of the claim. */
export function endsClaim(message: Message): boolean {
  return message.kind !== 'host-step'
}

export function claimKey({ host, attempt }: { host: number; attempt: number }): string {
  return `${host}/${attempt}`
}

/** The pg-boss queue of a runner's name. */
export function queueOf(runner: string): `runner-${string}` {
  return `runner-${runner}`
}

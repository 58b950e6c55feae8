// Who works on a store: every long-lived process says so, again and again, by the database's clock. It gives no authority:
// jobs and epochs do that.

/** A server drives rollouts; a runner does the host work of zones that name it. */
export type ReplicaKind = 'server' | 'runner'

export type Replica = {
  /** Of one life of the process. */
  id: string
  kind: ReplicaKind
  /** A runner's own name; a server's is its machine's. */
  name: string
  host: string
  pid: number
  version: string
  /** ms since 1970. */
  startedAt: number
  /** It takes nothing more and will be gone soon. */
  draining: boolean
}

export interface Replicas {
  /** Says that this one lives. Also forgets those that have been silent for long. */
  beat(replica: Replica): Promise<void>
  /** Those that were heard lately, oldest first. */
  living(): Promise<Replica[]>
  /** Forgets this one, which ends in good order. */
  leave(id: string): Promise<void>
}

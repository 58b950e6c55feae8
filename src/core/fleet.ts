// A fleet: an environment's machines in their failure domains, and what is known of each before a rollout.

/** One SSH address. `identity` names a key of the server's settings; nothing secret is kept here. */
export type Host = {
  name: string
  address: string
  port: number
  user: string
  identity: string
  /** Jumped through in this order, the first one dialled directly. */
  jumps: readonly Jump[]
  /** Name of the runner whose processes reach it; absent: it is dialled by whoever drives the rollout. */
  runner?: string
}

export type Jump = { address: string; port: number; user: string; identity: string }

export type Zone = { name: string; hosts: readonly Host[] }

export type Fleet = { zones: readonly Zone[] }

/** `healthy`: its last run succeeded. The other three count as out of service until a run succeeds again. */
export type Health = 'healthy' | 'failed' | 'unreachable' | 'unknown'

export type HostKnowledge = {
  health: Health
  /** What the host was last read back to run; absent when it never ran anything. */
  release?: string
}

/** By host name. A host without an entry is new: nothing is known to run there, and it is not counted as down. */
export type LastKnown = ReadonlyMap<string, HostKnowledge>

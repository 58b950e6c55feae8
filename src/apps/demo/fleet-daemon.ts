// What a fleet needs of an SSH server, whichever kind it is. Types only.

import type { KeyPair } from './fleet-key.ts'
import type { FleetHost } from './fleet-layout.ts'

/** One SSH server process or listener; it serves one host, or several that come and go together. */
export type Daemon = {
  hosts: readonly string[]
  /** Resolves once connections are accepted. */
  start(): Promise<void>
  /** Drops every connection. What was started through them lives on, as it does when a real server is stopped. */
  stop(): Promise<void>
  /** Goes silent without closing anything. */
  pause(): void
  resume(): void
}

/** What every daemon is made from. */
export type DaemonSettings = {
  /** Of the fleet. */
  root: string
  /** The daemon's own, for its files. */
  directory: string
  hosts: readonly FleetHost[]
  hostKey: KeyPair
  /** The only key that may log in. */
  clientKey: KeyPair
}

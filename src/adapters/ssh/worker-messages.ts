// What a remote and its worker threads say to each other. Plain data: it is copied between threads.

import type { Host } from '../../core/fleet.ts'
import type { Claim, HostReading, HostReport, RolloutWork } from '../../engine/ports.ts'
import type { FullSettings } from './settings.ts'

export type ToWorker =
  /** A rollout's work crosses once; claims name it by `session`. */
  | { kind: 'open'; session: number; work: RolloutWork }
  | { kind: 'run'; session: number; claims: readonly Claim[] }
  | { kind: 'withdraw'; session: number }
  | { kind: 'detach'; session: number }
  | { kind: 'probe'; id: number; hosts: readonly Host[]; directory: string }
  | { kind: 'close' }

export type FromWorker =
  | { kind: 'reports'; session: number; reports: readonly HostReport[] }
  | { kind: 'readings'; id: number; readings: readonly HostReading[] }
  | { kind: 'closed' }

/** What a worker starts with. `used`: shared memory that holds the number of its sessions in use. */
export type WorkerData = { settings: FullSettings; used: Int32Array }

// This process's entry among the replicas, and with it the proof that the store answers. It knows nothing of rollouts.

import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { Replica, Replicas } from '../../engine/ports-replicas.ts'
import { VERSION } from '../version.ts'

const BEAT_EVERY_MS = 2_000
/** A store that hangs is as bad as one that refuses. */
const SILENT_MS = 6_000

export type Beat = {
  /** The last beat was written, and lately. */
  answers(): boolean
  /** Others see at once that this one takes nothing more. */
  drain(): Promise<void>
  stop(): void
  leave(): Promise<void>
}

export type BeatOptions = { replicas: Replicas; kind: Replica['kind']; name?: string; heard: (fault?: Error) => void }

/** `heard` is called when the store's answer changes: with a fault when it is lost, without when it is back. */
export function startBeat({ replicas, kind, name = hostname(), heard }: BeatOptions): Beat {
  const { pid } = process
  const host = hostname()
  const startedAt = Date.now()
  const self: Replica = { id: randomUUID(), kind, name, host, pid, version: VERSION, startedAt, draining: false }
  let state: 'unknown' | 'answers' | 'lost' = 'unknown'
  let lastAt = performance.now()
  let beating: Promise<void> | undefined

  const settle = (fault?: Error) => {
    const next = fault ? 'lost' : 'answers'
    if (!fault) lastAt = performance.now()
    if (next !== state && (fault || state === 'lost')) heard(fault)
    state = next
  }
  const beat = () => {
    if (beating) return
    beating = replicas
      .beat(self)
      .then(() => settle())
      .catch((error: unknown) => settle(error instanceof Error ? error : new Error(String(error))))
      .finally(() => {
        beating = undefined
      })
  }
  beat()
  const timer = setInterval(beat, BEAT_EVERY_MS)
  return {
    answers: () => state === 'answers' && performance.now() - lastAt < SILENT_MS,
    async drain() {
      self.draining = true
      await replicas.beat(self)
    },
    stop: () => clearInterval(timer),
    leave: () => replicas.leave(self.id),
  }
}

// Tries until it works: for a database that is not there yet. What will never pass by itself is thrown at once.

import { pause } from '../pause.ts'
import type { Log } from './log.ts'

const PAUSES_MS = [1_000, 2_000, 5_000]
/** Postgres: connection trouble, not enough resources, an operator's intervention. */
const PASSING = /^(08|53|57P)|^E(CONN|PIPE|HOST|NET|AI_)|^ETIMEDOUT|^ENOENT$|^ENOTFOUND/

type Patience = { log: Log; signal: AbortSignal; pausesMs?: readonly number[] }

/** Answers `undefined` when `signal` ended the waiting. */
export async function persist<T>(patience: Patience, attempt: () => Promise<T>): Promise<T | undefined> {
  const { log, signal, pausesMs = PAUSES_MS } = patience
  for (let failures = 0; !signal.aborted; failures += 1) {
    try {
      return await attempt()
    } catch (error) {
      if (!passes(error)) throw error
      const waitMs = pausesMs[Math.min(failures, pausesMs.length - 1)] ?? 0
      log.warn('the store is not there yet; trying again', { reason: messageOf(error), waitMs })
      await pause(waitMs, signal)
    }
  }
  return undefined
}

function passes(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error.name === 'StoreUnreachable') return true
  // Who holds the directory and cannot be asked only looks, and will be gone in a moment.
  if (error.name === 'StoreInUse') return 'holder' in error && !Object.hasOwn(Object(error.holder), 'control')
  return 'code' in error ? PASSING.test(String(error.code)) : /^Connection terminated|timeout/i.test(error.message)
}

export function messageOf(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message : String(error)
}

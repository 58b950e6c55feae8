// What the world may ask of a long-lived process: to end in good order, and then to end at once. A lost terminal ends nothing.

import type { Interrupts } from '../cli/app.ts'

export type StopSignals = {
  /** Aborted by the first request. */
  asked: AbortSignal
  /** Resolves with the first request. */
  first: Promise<void>
  /** Resolves with the second one. */
  second: Promise<void>
  close(): void
}

/**
 * A supervisor that signals a whole group reaches the launcher and, through it, this process again: what follows so soon is
 * the same request.
 */
const ECHO_MS = 500

/** SIGHUP is ignored (`ignored` is told): settings are read when a process starts, and another replica can take over. */
export function openStopSignals(
  interrupts: Interrupts,
  ignored: () => void,
  monotonic = () => performance.now(),
): StopSignals {
  const abort = new AbortController()
  let firstAt = 0
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const close = interrupts.listen((what) => {
    if (what === 'hangup') return ignored()
    if (abort.signal.aborted) {
      if (monotonic() - firstAt > ECHO_MS) second.resolve()
      return
    }
    firstAt = monotonic()
    abort.abort()
    first.resolve()
  })
  return { asked: abort.signal, first: first.promise, second: second.promise, close }
}

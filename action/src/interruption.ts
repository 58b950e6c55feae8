// A job that is cancelled: the runner sends SIGINT, 7.5 s later SIGTERM, and 2.5 s after that it kills. Everything that the step
// still does must fit in between.

/** Left for the last words: summary, outputs, letting go. */
const WITHIN_MS = 8_500
const WITHIN_AFTER_TERM_MS = 1_500

export type Interruption = {
  /** Aborted by the first signal. */
  asked: AbortSignal
  /** Aborted when no time is left. */
  over: AbortSignal
  close(): void
}

/** Of Node's process: those two. */
type Signals = {
  on(name: 'SIGINT' | 'SIGTERM', heard: () => void): unknown
  off(name: 'SIGINT' | 'SIGTERM', heard: () => void): unknown
}

export function openInterruption(process: Signals): Interruption {
  const asked = new AbortController()
  const over = new AbortController()
  const timers: NodeJS.Timeout[] = []
  const within = (ms: number) => timers.push(setTimeout(() => over.abort(), ms))
  const interrupt = () => {
    if (!asked.signal.aborted) within(WITHIN_MS)
    asked.abort()
  }
  const terminate = () => {
    within(WITHIN_AFTER_TERM_MS)
    asked.abort()
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', terminate)
  return {
    asked: asked.signal,
    over: over.signal,
    close() {
      for (const timer of timers) clearTimeout(timer)
      process.off('SIGINT', interrupt)
      process.off('SIGTERM', terminate)
    },
  }
}

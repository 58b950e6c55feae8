// What a long-lived process says when a bug ends it: through the log, and so through the redactor. Node itself would print the
// whole error, and errors of HTTP clients carry the request with its token.

import type { Log } from './log.ts'

const FAILED = 1
/** An error that quotes a page must not fill the log. */
const MOST_CHARACTERS = 4_000

/** Until the answer is called. The process still ends: nobody knows what it was in the middle of. */
export function sayLastWords(log: Log): () => void {
  const end = (error: unknown) => {
    const words = error instanceof Error ? (error.stack ?? error.message) : String(error)
    log.error('a bug ends this process', { reason: words.slice(0, MOST_CHARACTERS) })
    process.exit(FAILED)
  }
  process.on('uncaughtException', end)
  return () => process.off('uncaughtException', end)
}

// The end of a way: what is left to tell is told, for as long as there is time. Nothing that hangs or fails there may keep what
// the step has to say itself.

import { inTime } from './in-time.ts'
import type { Interruption } from './interruption.ts'
import type { RunnerLog } from './runner-log.ts'
import type { Way } from './way.ts'

/** How long what is left to tell may take. */
const TELL_MS = 10_000
const LET_GO_MS = 300
/** When no time is left. */
const LAST_MS = 400

/** Never rejects. A cancelled job tells until its time is over. */
export async function letGo(
  way: Pick<Way, 'close'>,
  { interruption, log }: { interruption: Pick<Interruption, 'over'>; log: RunnerLog },
): Promise<void> {
  const { over } = interruption
  const failed = (error: unknown) => log.quote('Not everything was told', String(error))
  const told = Promise.race([way.close(TELL_MS).catch(failed), pause(TELL_MS + LET_GO_MS)])
  await inTime(told, over)
  if (over.aborted) await Promise.race([told, pause(LAST_MS)])
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

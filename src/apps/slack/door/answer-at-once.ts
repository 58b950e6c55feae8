// What must be answered within three seconds, and only looks: a search box's options, and the opening of a modal. After a crash nobody
// does it again.

import type { Line } from '../../../adapters/slack/call.ts'
import type { Feed } from '../../slack-app.ts'
import type { Arrival } from './arrivals.ts'
import { openTalk } from './speak.ts'
import type { Body } from './take.ts'

export type AtOnce = {
  feed: Feed | undefined
  line: Line | undefined
  failed: (fault: Error) => void
  withinMs?: number
}

const WITHIN_MS = 2_500
const NO_OPTIONS = { options: [] }

/** A search box that gets no answer shows an error; without options it says that nothing was found. Rejects for a modal. */
export async function answerAtOnce(
  { feed, line, failed, withinMs = WITHIN_MS }: AtOnce,
  body: Body,
  { kind }: Arrival,
): Promise<object | undefined> {
  if (!feed || !line) return kind === 'options' ? NO_OPTIONS : undefined
  const signal = AbortSignal.timeout(withinMs)
  const answered = feed(body, { talk: openTalk(line, signal) })
  if (kind !== 'options') return await answered
  const late = new Promise<'late'>((resolve) => signal.addEventListener('abort', () => resolve('late'), { once: true }))
  try {
    const first = await Promise.race([answered, late])
    return first === 'late' ? NO_OPTIONS : (first ?? NO_OPTIONS)
  } catch (error) {
    failed(error instanceof Error ? error : new Error(String(error)))
    return NO_OPTIONS
  } finally {
    // What fails after that is nobody's any more.
    answered.catch(() => {})
  }
}

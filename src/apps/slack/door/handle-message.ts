// The inbox's handler of what came from Slack: gives each message to the Bolt app, and its failure back to the inbox.

import type { Line } from '../../../adapters/slack/call.ts'
import type { Handled, Handler } from '../../../engine/ports-inbox.ts'
import { laterMs } from '../../desk/later.ts'
import type { Feed } from '../../slack-app.ts'
import { openTalk, Unwelcome } from './speak.ts'
import { readArrival } from './take.ts'

/** The workspace may be connected at any moment. */
const NOT_CONNECTED: Handled = { kind: 'later', afterMs: 10_000 }

export function handleMessage(feed: Feed, lineOf: (team: string) => Line | undefined): Handler {
  return async ({ id, body, receivedAt }, signal) => {
    const read = readArrival(JSON.parse(body))
    if (typeof read === 'string') return { kind: 'done', note: read }
    const line = lineOf(read.arrival.team)
    if (!line) return NOT_CONNECTED
    try {
      await feed(read.body, { talk: openTalk(line, signal), intent: id, at: receivedAt })
      return { kind: 'done' }
    } catch (error) {
      // It did what it was to do; Slack only does not want to hear of it.
      if (error instanceof Unwelcome) return { kind: 'done', note: `Slack refused: ${error.message}` }
      const afterMs = laterMs(error)
      if (afterMs === undefined) throw error
      return { kind: 'later', afterMs }
    }
  }
}

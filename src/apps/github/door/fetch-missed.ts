// Asks GitHub again for what did not arrive while nobody was there to take it. One process of a store looks, now and then; where
// it goes on from is kept, so that no outage is too long (GitHub itself forgets after days).

import type { Octokit } from '../../../adapters/github/octokit.ts'
import { redeliverMissed } from '../../../adapters/github/redeliver.ts'
import type { Rounds } from '../../../engine/ports-rounds.ts'

export type MissedOptions = {
  rounds: Rounds
  /** `undefined`: there is no App yet. */
  app: () => Octokit | undefined
  told: (asked: number, missed: number) => void
  failed: (fault: Error) => void
}

const ROUND = 'github-missed'
const ROUND_EVERY_MS = 5 * 60_000
/** Asked for in one round; they all arrive within seconds. */
const MOST_AT_ONCE = 100
/** What was asked for again and failed again is tried later, so a round looks further back than the last one. */
const LOOK_BACK_MS = 60 * 60_000

/** Does nothing when another process did it lately. */
export async function fetchMissed({ rounds, app, told }: MissedOptions): Promise<void> {
  const octokit = app()
  const round = octokit && (await rounds.begin(ROUND, ROUND_EVERY_MS))
  if (!octokit || !round) return
  const since = round.since - LOOK_BACK_MS
  const { asked, missed } = await redeliverMissed(octokit, { since, most: MOST_AT_ONCE })
  if (missed > 0) told(asked, missed)
  // The rest is looked for from the same place; what has arrived by then counts no more.
  if (asked === missed) await rounds.finish(ROUND, round.now)
}

/** Now and from time to time; the returned function ends it. */
export function keepFetchingMissed(options: MissedOptions): () => void {
  const look = () => {
    fetchMissed(options).catch((error: unknown) => {
      options.failed(error instanceof Error ? error : new Error(String(error)))
    })
  }
  look()
  // More often than rounds are: an App that was just set up, or a replica that died, is soon looked after.
  const timer = setInterval(look, ROUND_EVERY_MS / 5)
  return () => clearInterval(timer)
}

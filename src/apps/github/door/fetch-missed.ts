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

type When = { round: string; everyMs: number }

const NOW_AND_THEN: When = { round: 'github-missed', everyMs: 5 * 60_000 }
/** Whoever starts may have been the only one: what came while nobody was there does not wait for the next round. */
export const AT_START: When = { round: 'github-missed-start', everyMs: 2_000 }
/** Asked for in one round; they all arrive within seconds. */
const MOST_AT_ONCE = 100
/** What was asked for again and failed again is tried later, so a round looks further back than the last one. */
const LOOK_BACK_MS = 60 * 60_000

/** Does nothing when another process did it lately. */
export async function fetchMissed({ rounds, app, told }: MissedOptions, when = NOW_AND_THEN): Promise<void> {
  const octokit = app()
  const round = octokit && (await rounds.begin(when.round, when.everyMs))
  if (!octokit || !round) return
  const since = round.since - LOOK_BACK_MS
  const { asked, missed } = await redeliverMissed(octokit, { since, most: MOST_AT_ONCE })
  if (missed > 0) told(asked, missed)
  // The rest is looked for from the same place; what has arrived by then counts no more.
  if (asked === missed) for (const each of [NOW_AND_THEN, AT_START]) await rounds.finish(each.round, round.now)
}

/** Now and from time to time; the returned function ends it. */
export function keepFetchingMissed(options: MissedOptions): () => void {
  const look = (when: When) => {
    fetchMissed(options, when).catch((error: unknown) => {
      options.failed(error instanceof Error ? error : new Error(String(error)))
    })
  }
  look(AT_START)
  // More often than rounds are: an App that was just set up, or a replica that died, is soon looked after.
  const timer = setInterval(look, NOW_AND_THEN.everyMs / 5, NOW_AND_THEN)
  return () => clearInterval(timer)
}

// Follows an environment at a server: its newest rollout by its stream, and the next one when that takes its place. Ends when the
// newest one ended or needs a person.

import type { RolloutReport } from '../../../core/report.ts'
import { hasEnded, restsForPerson } from '../../../core/rollout.ts'
import type { Look, Target } from '../session/session.ts'
import type { ServerPlace } from './server-place.ts'
import { watchRollout } from './watch-rollout.ts'

/** An environment's newest rollout, as it is committed. */
export type LatestOf = (target: Target) => Promise<RolloutReport | undefined>

/** How long after its end a superseded rollout is expected to have a successor, and how often it is looked for. */
const SUCCESSOR_LOOKS = 10
const SUCCESSOR_PAUSE_MS = 500

type Watched = { place: ServerPlace; latest: LatestOf }

export async function* watchTarget(
  { place, latest }: Watched,
  target: Target,
  signal: AbortSignal,
): AsyncGenerator<Look> {
  let now = await latest(target)
  while (now && !signal.aborted) {
    const { rollout } = now
    for await (const look of watchRollout({ place, rollout, signal })) {
      yield look
      if (!isAtRest(look.report)) continue
      // A stream may be a moment behind what was just committed.
      now = await latest(target)
      if (now?.rollout !== rollout || isAtRest(now)) break
    }
    if (now?.rollout !== rollout) continue
    if (now.phase !== 'superseded') return
    now = await successorOf(latest, { target, rollout })
  }
}

async function successorOf(latest: LatestOf, { target, rollout }: { target: Target; rollout: string }) {
  for (let looks = 0; looks < SUCCESSOR_LOOKS; looks += 1) {
    const now = await latest(target)
    if (now?.rollout !== rollout) return now
    await new Promise((resolve) => setTimeout(resolve, SUCCESSOR_PAUSE_MS))
  }
  return undefined
}

function isAtRest({ phase, hosts }: RolloutReport): boolean {
  return hasEnded(phase) || (restsForPerson(phase) && hosts.running === 0)
}

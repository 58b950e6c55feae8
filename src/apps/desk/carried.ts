// What a release brings to an environment that was not there before: commits, and the pull requests that they came from.

import { readCarried } from '../../adapters/github/read-pulls.ts'
import type { Person } from '../../core/intent.ts'
import type { Origin } from '../../core/origin.ts'
import { begunRollouts } from '../../engine/begun-rollouts.ts'
import type { Home } from './home.ts'
import type { Means } from './means.ts'

/** Each is told of the rollout by a comment of its own, and comments are counted. */
const MOST_PULLS = 20
/** Rollouts that began, looked at for the last one that succeeded. */
const MEMORY = 20

/** Against the last release that succeeded there; without one, the commit alone. */
export async function readOrigin(
  { store }: Pick<Means, 'store'>,
  { octokit, path, config }: Home,
  { environment, sha }: { environment: string; sha: string },
): Promise<Pick<Origin, 'issues' | 'commits'> & { authors: readonly Person[] }> {
  const { application } = config
  const past = await begunRollouts(store, { application, environment, most: MEMORY })
  const last = past.find(({ cursor }) => cursor.phase === 'succeeded')
  const from = last && (await store.workOf(application, environment, last.releaseId))?.release.commit
  const { pulls, commits, authors } = await readCarried(octokit, path, { ...(from !== undefined && { from }), to: sha })
  return { issues: pulls.slice(0, MOST_PULLS), commits, authors }
}

// What would be lost: a release that hosts run now and that the new commit does not contain.

import { hasLanded } from '../../adapters/github/has-landed.ts'
import { isAncestor } from '../../adapters/github/read-reachable.ts'
import { type Refusal, refused } from '../../core/intent.ts'
import type { Home } from './home.ts'
import type { Means } from './means.ts'

/** A fleet that runs more releases than this is judged by some of them. */
const MOST_RELEASES = 10

/** `undefined`: the commit contains everything that is known to run there. */
export async function refusedDirection(
  { store }: Pick<Means, 'store'>,
  { octokit, path, config }: Home,
  { environment, sha, release }: { environment: string; sha: string; release: string },
): Promise<Refusal | undefined> {
  const known = await store.lastKnown(config.application, environment)
  const running = new Set([...known.values()].flatMap((each) => each.release ?? []))
  running.delete(release)
  for (const each of [...running].slice(0, MOST_RELEASES)) {
    const commit = (await store.workOf(config.application, environment, each))?.release.commit
    if (commit === undefined || (await isAncestor(octokit, path, { ancestor: commit, of: sha }))) continue
    // Squashed or rebased, a pull request that was tried out here is contained all the same.
    if (await hasLanded(octokit, path, { commit, in: sha })) continue
    return refused('not-a-descendant', { release, running: each })
  }
  return undefined
}

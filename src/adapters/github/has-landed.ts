// Whether a commit of a pull request came into a history as another commit: squashed or rebased when it was merged.

import type { Octokit } from './octokit.ts'
import { isAncestor } from './read-reachable.ts'
import type { RepositoryPath } from './repository.ts'

/** Both are full SHAs. Only the head of a pull request lands whole. */
export async function hasLanded(
  octokit: Octokit,
  path: RepositoryPath,
  { commit, in: history }: { commit: string; in: string },
): Promise<boolean> {
  const { data } = await octokit.rest.repos.listPullRequestsAssociatedWithCommit({ ...path, commit_sha: commit })
  for (const { merged_at, head, merge_commit_sha } of data) {
    if (merged_at === null || head.sha !== commit || merge_commit_sha === null) continue
    if (await isAncestor(octokit, path, { ancestor: merge_commit_sha, of: history })) return true
  }
  return false
}

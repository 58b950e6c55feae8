// Which commits belong to which history. GitHub answers for every commit of all forks under the name of each of them, so
// that a commit exists there says nothing: it must be reachable from a branch of the repository itself.

import { isAbsent } from './fault.ts'
import type { Octokit } from './octokit.ts'
import { pages } from './pages.ts'
import type { RepositoryPath } from './repository.ts'

/** Branches that are compared one by one; a commit that none of them has is refused. */
const MOST_BRANCHES = 100

/** `commit` is a full SHA. */
export async function isReachable(
  octokit: Octokit,
  path: RepositoryPath,
  { commit, defaultBranch }: { commit: string; defaultBranch: string },
): Promise<boolean> {
  if (await isAncestor(octokit, path, { ancestor: commit, of: defaultBranch })) return true
  const heads = await octokit.rest.repos.listBranchesForHeadCommit({ ...path, commit_sha: commit }).catch(absent)
  if (heads && heads.data.length > 0) return true
  let compared = 0
  const list = (page: number) => octokit.rest.repos.listBranches({ ...path, per_page: 100, page })
  for await (const data of pages(list)) {
    for (const { name } of data) {
      if (name === defaultBranch) continue
      if (compared >= MOST_BRANCHES) return false
      compared += 1
      if (await isAncestor(octokit, path, { ancestor: commit, of: name })) return true
    }
  }
  return false
}

/** true also for equal commits. */
export async function isAncestor(
  octokit: Octokit,
  path: RepositoryPath,
  { ancestor, of }: { ancestor: string; of: string },
): Promise<boolean> {
  const compared = await octokit.rest.repos
    .compareCommitsWithBasehead({ ...path, basehead: `${of}...${ancestor}`, per_page: 1 })
    .catch(absent)
  return compared?.data.status === 'behind' || compared?.data.status === 'identical'
}

/** GitHub does not know one of the two. */
function absent(error: unknown): undefined {
  if (isAbsent(error)) return undefined
  throw error
}

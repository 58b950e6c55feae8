// The commit that a pull request became, or would become.

import { isAbsent } from './fault.ts'
import type { Octokit } from './octokit.ts'
import type { RepositoryPath } from './repository.ts'

/** The commit of its merge once it is merged, its head before; `undefined`: there is no such pull request. */
export async function readPullCommit(
  octokit: Octokit,
  path: RepositoryPath,
  number: number,
): Promise<string | undefined> {
  try {
    const { data } = await octokit.rest.pulls.get({ ...path, pull_number: number })
    return data.merged ? (data.merge_commit_sha ?? undefined) : data.head.sha
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw error
  }
}

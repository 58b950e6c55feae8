// Branches and tags whose names begin with what somebody typed: for a search box, so the first ones are enough.

import type { Octokit } from './octokit.ts'
import type { RepositoryPath } from './repository.ts'

export type NamedRef = { name: string; kind: 'branch' | 'tag'; sha: string }

/** Of each kind. A tag's `sha` may be that of the tag itself. */
const MOST = 20

/** Nothing that is no part of a ref's name is sent. */
export async function readRefs(octokit: Octokit, path: RepositoryPath, typed: string): Promise<NamedRef[]> {
  if (!/^[\w./+@-]{0,100}$/.test(typed) || typed.includes('..') || typed.startsWith('/')) return []
  const [branches, tags] = await Promise.all([
    typed === '' ? readBranches(octokit, path) : readMatching(octokit, path, { space: 'heads', typed }),
    readMatching(octokit, path, { space: 'tags', typed }),
  ])
  const newest = tags.toReversed()
  return [
    ...branches.slice(0, MOST).map((each) => ({ ...each, kind: 'branch' as const })),
    ...newest.slice(0, MOST).map((each) => ({ ...each, kind: 'tag' as const })),
  ]
}

type Plain = Omit<NamedRef, 'kind'>

async function readBranches(octokit: Octokit, path: RepositoryPath): Promise<Plain[]> {
  const { data } = await octokit.rest.repos.listBranches({ ...path, per_page: MOST })
  return data.map(({ name, commit }) => ({ name, sha: commit.sha }))
}

async function readMatching(
  octokit: Octokit,
  path: RepositoryPath,
  { space, typed }: { space: 'heads' | 'tags'; typed: string },
): Promise<Plain[]> {
  const { data } = await octokit.rest.git.listMatchingRefs({ ...path, ref: `${space}/${typed}` })
  return data.map(({ ref, object }) => ({ name: ref.replace(`refs/${space}/`, ''), sha: object.sha }))
}

// Pull requests: the head of one, with the time at which it was pushed by GitHub's own record, and those that a commit or a
// range of commits carries.

import type { Person } from '../../core/intent.ts'
import type { CarriedCommit } from '../../core/origin.ts'
import type { Octokit } from './octokit.ts'
import type { RepositoryPath } from './repository.ts'

export type PullHead = {
  number: number
  sha: string
  branch: string
  /** The head is in another repository: whoever has it may write there. */
  fork: boolean
  base: string
  open: boolean
  authorId: number
  /** How the head became what it is; absent when GitHub's record does not say: then nothing may rely on it. */
  push?: Push
}

/** `at`: ms since 1970. */
export type Push = { at: number; by?: Person }

/** Never by a commit's own dates, which its author writes. */
export async function readPullHead(octokit: Octokit, path: RepositoryPath, number: number): Promise<PullHead> {
  const { data } = await octokit.rest.pulls.get({ ...path, pull_number: number })
  const { head, base } = data
  const fork = head.repo?.id !== base.repo.id
  const push = fork ? undefined : await readPush(octokit, path, { branch: head.ref, sha: head.sha })
  return {
    ...{ number, sha: head.sha, branch: head.ref, fork, base: base.ref },
    ...{ open: data.state === 'open', authorId: data.user.id },
    ...(push && { push }),
  }
}

/** How a branch became this commit, by a push or a merge, by GitHub's own record; `undefined` when it does not say. */
export async function readPush(
  octokit: Octokit,
  path: RepositoryPath,
  { branch, sha }: { branch: string; sha: string },
): Promise<Push | undefined> {
  const ref = `refs/heads/${branch}`
  const { data } = await octokit.rest.repos.listActivities({ ...path, ref, direction: 'desc', per_page: 10 })
  const last = data.find((each) => each.ref === ref && each.after === sha)
  const at = Date.parse(last?.timestamp ?? '')
  const by = asPerson(last?.actor)
  return Number.isFinite(at) ? { at, ...(by && { by }) } : undefined
}

/**
 * `complete` false: there are more commits than were looked at. `authors`: accounts that wrote or committed them, or opened the
 * pull requests that have them: an author's name in a commit is whatever its writer says. Of an older commit, which brings none: its own.
 */
export type Carried = {
  pulls: readonly number[]
  commits: readonly CarriedCommit[]
  authors: readonly Person[]
  complete: boolean
}

/** Each is asked for its pull requests. */
const MOST_COMMITS = 100
/** So many times a hundred commits are asked for who wrote them. */
const MOST_PAGES = 10

/** Merged pull requests of the commits after `from`, up to `to`, in the order of the commits. */
export async function readCarried(
  octokit: Octokit,
  path: RepositoryPath,
  range: { from?: string; to: string },
): Promise<Carried> {
  const { commits, total } = await readRange(octokit, path, range)
  const back = commits.length === 0 && range.from !== range.to
  // What goes back brings nothing, and still somebody wrote it.
  const written = back ? (await readRange(octokit, path, { to: range.to })).commits : commits
  const accounts = written.flatMap(({ author, committer }) => [author, committer])
  const numbers = new Set<number>()
  const carried: CarriedCommit[] = []
  for (const commit of written.slice(0, MOST_COMMITS).map(commitOf)) {
    const { data } = await octokit.rest.repos.listPullRequestsAssociatedWithCommit({
      ...{ ...path, commit_sha: commit.sha, per_page: 100 },
    })
    accounts.push(...data.map(({ user }) => user))
    if (back) continue
    const merged = data.flatMap(({ merged_at, number }) => (merged_at === null ? [] : [{ merged_at, number }]))
    for (const { number } of merged) numbers.add(number)
    const mergedAt = Math.min(...merged.map(({ merged_at }) => Date.parse(merged_at)))
    carried.push({ ...commit, ...(Number.isFinite(mergedAt) && { mergedAt }) })
  }
  return { pulls: [...numbers], commits: carried, authors: peopleOf(accounts), complete: total <= carried.length }
}

type Range = { commits: ReadCommit[]; total: number }

async function readRange(
  octokit: Octokit,
  path: RepositoryPath,
  { from, to }: { from?: string; to: string },
): Promise<Range> {
  if (from === undefined) {
    const { data } = await octokit.rest.repos.getCommit({ ...path, ref: to, per_page: 1 })
    return { commits: [data], total: 1 }
  }
  const compared = async (page: number) => {
    const wanted = { ...path, basehead: `${from}...${to}`, per_page: MOST_COMMITS, page }
    return (await octokit.rest.repos.compareCommitsWithBasehead(wanted)).data
  }
  const { commits, total_commits: total } = await compared(1)
  for (let page = 2; commits.length < total && page <= MOST_PAGES; page += 1)
    commits.push(...(await compared(page)).commits)
  return { commits, total }
}

type Account = { id?: number; login?: string } | null | undefined

type ReadCommit = {
  sha: string
  commit: { committer: { date?: string } | null }
  author: Account
  committer: Account
}

/** Each once. An author whose address belongs to no account is nobody here. */
function peopleOf(accounts: readonly Account[]): Person[] {
  const people = accounts.flatMap((account) => asPerson(account) ?? [])
  return [...new Map(people.map((person) => [person.id, person])).values()]
}

function asPerson(account: Account): Person | undefined {
  if (account?.id === undefined || account.login === undefined) return undefined
  return { via: 'github', id: String(account.id), name: account.login }
}

function commitOf({ sha, commit }: ReadCommit): CarriedCommit {
  const at = Date.parse(commit.committer?.date ?? '')
  return { sha, ...(Number.isFinite(at) && { committedAt: at }) }
}

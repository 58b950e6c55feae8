// Questions about the git history of a repository. It changes nothing.

import type { Commit, Repository } from './world.ts'

/** A branch, a tag, `heads/…`, `tags/…` or the beginning of a SHA. */
export function resolve({ branches, tags, commits }: Repository, ref: string): Commit | undefined {
  const name = ref.replace(/^refs\//, '')
  const exact =
    branches.get(name) ?? branches.get(name.replace(/^heads\//, '')) ?? tags.get(name.replace(/^tags\//, ''))
  if (exact !== undefined) return commits.get(exact)
  if (!/^[0-9a-f]{7,40}$/i.test(name)) return undefined
  const fitting = [...commits.values()].filter(({ sha }) => sha.startsWith(name.toLowerCase()))
  return fitting.length === 1 ? fitting[0] : undefined
}

/** The commit and all that came before it. */
export function ancestors({ commits }: Repository, from: string): Set<string> {
  const seen = new Set<string>()
  const open = [from]
  for (let sha = open.pop(); sha !== undefined; sha = open.pop()) {
    if (seen.has(sha)) continue
    seen.add(sha)
    open.push(...(commits.get(sha)?.parents ?? []))
  }
  return seen
}

export type Comparison = {
  status: 'identical' | 'ahead' | 'behind' | 'diverged'
  /** In `head` and not in `base`, the oldest first. */
  ahead: Commit[]
  behind: number
  mergeBase: Commit
}

export function compare(repository: Repository, base: Commit, head: Commit): Comparison | undefined {
  const [inBase, inHead] = [ancestors(repository, base.sha), ancestors(repository, head.sha)]
  // Commits are kept in the order in which they were made.
  const all = [...repository.commits.values()]
  const mergeBase = all.filter(({ sha }) => inBase.has(sha) && inHead.has(sha)).at(-1)
  if (!mergeBase) return undefined
  const ahead = all.filter(({ sha }) => inHead.has(sha) && !inBase.has(sha))
  const behind = all.filter(({ sha }) => inBase.has(sha) && !inHead.has(sha)).length
  const status = ahead.length === 0 ? (behind === 0 ? 'identical' : 'behind') : behind === 0 ? 'ahead' : 'diverged'
  return { status, ahead, behind, mergeBase }
}

// Which commit a person means, and under which name it is released. What was pushed after the person spoke, what a fork has, and
// what no branch of the repository holds is refused.

import { type Push, readPullHead, readPush } from '../../adapters/github/read-pulls.ts'
import { isReachable } from '../../adapters/github/read-reachable.ts'
import { resolveRef } from '../../adapters/github/read-ref.ts'
import { type Person, type Refusal, refused } from '../../core/intent.ts'
import { isReleaseId } from '../../core/release.ts'
import type { Home } from './home.ts'

/** `tag`: when it was named by one. `pushedBy`: who made it the branch that was named. */
export type FoundCommit = { kind: 'commit'; sha: string; release: string; tag?: string; pushedBy?: Person }

/** `at`: when it was asked for, ms since 1970, by GitHub's clock. Without a ref: the pull request's head, else the default branch. */
export type WantedCommit = { ref?: string; pull?: number; at: number }

export async function findCommit(home: Home, { ref, pull, at }: WantedCommit): Promise<FoundCommit | Refusal> {
  if (ref === undefined && pull !== undefined) return await headOf(home, { pull, at })
  const { octokit, path, repository } = home
  const name = ref ?? `refs/heads/${repository.defaultBranch}`
  const resolved = await resolveRef(octokit, path, name)
  if (resolved.kind === 'unknown') return refused('unknown-ref', { ref: name })
  if (resolved.kind === 'ambiguous')
    return refused('ambiguous-ref', { ref: name, names: resolved.names.join(' and a ') })
  const { sha, from } = resolved
  const plain = name.replace(/^refs\/(heads|tags)\//, '')
  if (from === 'branch') {
    return settled(await readPush(octokit, path, { branch: plain, sha }), { at, sha }) ?? changed(plain, sha)
  }
  if (!(await isReachable(octokit, path, { commit: sha, defaultBranch: repository.defaultBranch })))
    return refused('unreachable-commit', { commit: shortSha(sha) })
  return from === 'tag' ? nameCommit(sha, plain) : nameCommit(sha)
}

/** What a commit is called when no tag names it. */
export function shortSha(sha: string): string {
  return sha.slice(0, 10)
}

async function headOf({ octokit, path }: Home, wanted: { pull: number; at: number }): Promise<FoundCommit | Refusal> {
  const { sha, fork, branch, push } = await readPullHead(octokit, path, wanted.pull)
  if (fork) return refused('fork')
  return settled(push, { at: wanted.at, sha }) ?? changed(branch, sha)
}

/** GitHub tells both times in seconds: within one second, who was first is not known. */
function settled(push: Push | undefined, { at, sha }: { at: number; sha: string }): FoundCommit | undefined {
  if (!push || push.at >= at) return undefined
  return { ...nameCommit(sha), ...(push.by && { pushedBy: push.by }) }
}

function changed(ref: string, sha: string): Refusal {
  return refused('ref-changed', { ref, commit: shortSha(sha) })
}

/** A commit as a release: called by its tag, where that can name a directory and is not read as another commit. */
export function nameCommit(sha: string, tag?: string): FoundCommit {
  const release = tag !== undefined && isReleaseId(tag) && !isOtherCommit(tag, sha) ? tag : shortSha(sha)
  return { kind: 'commit', sha, release, ...(tag !== undefined && { tag }) }
}

/** What is approved by digits was looked at by them. Digits alone are more often a date. */
function isOtherCommit(tag: string, sha: string): boolean {
  return /^[0-9a-f]{7,40}$/i.test(tag) && /[a-f]/i.test(tag) && !sha.startsWith(tag.toLowerCase())
}

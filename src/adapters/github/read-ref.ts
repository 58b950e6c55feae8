// What a branch, a tag or the beginning of a SHA means as a commit. A name that means two commits means none.

import { visibleText } from '../../core/visible-text.ts'
import { isAbsent } from './fault.ts'
import type { Octokit } from './octokit.ts'
import type { RepositoryPath } from './repository.ts'

export type Resolved =
  | { kind: 'commit'; sha: string; from: 'branch' | 'tag' | 'sha' }
  | { kind: 'unknown' }
  /** Different commits have this name. */
  | { kind: 'ambiguous'; names: readonly ('branch' | 'tag' | 'sha')[] }

type Candidate = Extract<Resolved, { kind: 'commit' }>

/** A tag of a tag of a tag… ends here. */
const DEEPEST_TAG = 5

/** `refs/heads/…` and `refs/tags/…` name one of the two. */
export async function resolveRef(octokit: Octokit, path: RepositoryPath, ref: string): Promise<Resolved> {
  const [, namespace, name = ''] = /^(?:refs\/(heads|tags)\/)?(.*)$/s.exec(ref) ?? []
  if (!isRefName(name)) return { kind: 'unknown' }
  const found: (Candidate | undefined)[] = []
  if (namespace !== 'tags') found.push(await readBranch(octokit, path, name))
  if (namespace !== 'heads') found.push(await readTag(octokit, path, name))
  if (namespace === undefined) found.push(await readSha(octokit, path, name))
  return choose(found.filter((each) => each !== undefined))
}

function choose(found: readonly Candidate[]): Resolved {
  const [first] = found
  if (!first) return { kind: 'unknown' }
  const same = found.every(({ sha }) => sha === first.sha)
  return same ? first : { kind: 'ambiguous', names: found.map(({ from }) => from) }
}

/** What git allows, and less: nothing that a route or a shell could take for something else. */
function isRefName(name: string): boolean {
  const odd = /[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|^[-/.]|[/.]$|\.lock$|\/\./.test(name)
  return !odd && visibleText(name) === name && name !== '' && name !== '@' && name.length <= 250
}

async function readBranch(octokit: Octokit, path: RepositoryPath, name: string): Promise<Candidate | undefined> {
  const object = await readObject(octokit, path, `heads/${name}`)
  return object?.type === 'commit' ? { kind: 'commit', sha: object.sha, from: 'branch' } : undefined
}

async function readTag(octokit: Octokit, path: RepositoryPath, name: string): Promise<Candidate | undefined> {
  let object = await readObject(octokit, path, `tags/${name}`)
  for (let depth = 0; object?.type === 'tag' && depth < DEEPEST_TAG; depth += 1) {
    const { data } = await octokit.rest.git.getTag({ ...path, tag_sha: object.sha })
    object = data.object
  }
  return object?.type === 'commit' ? { kind: 'commit', sha: object.sha, from: 'tag' } : undefined
}

async function readObject(
  octokit: Octokit,
  path: RepositoryPath,
  ref: string,
): Promise<{ type: string; sha: string } | undefined> {
  try {
    const { data } = await octokit.rest.git.getRef({ ...path, ref })
    return data.ref === `refs/${ref}` ? data.object : undefined
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw error
  }
}

/** The route would take a branch's name as well: only a commit that begins so counts. */
async function readSha(octokit: Octokit, path: RepositoryPath, text: string): Promise<Candidate | undefined> {
  if (!/^[0-9a-f]{7,40}$/i.test(text)) return undefined
  try {
    const { data } = await octokit.rest.repos.getCommit({ ...path, ref: text, per_page: 1 })
    return data.sha.startsWith(text.toLowerCase()) ? { kind: 'commit', sha: data.sha, from: 'sha' } : undefined
  } catch (error) {
    // 422: there is no such commit, or more than one.
    if (isAbsent(error) || (error instanceof Error && 'status' in error && error.status === 422)) return undefined
    throw error
  }
}

// What a person may mean while they type a ref: the default branch, branches and tags, the likeliest first.

import { readRefs } from '../../adapters/github/read-refs.ts'
import type { SeenRef } from '../../engine/ports-desk.ts'
import type { Home } from './home.ts'

const MOST = 25

/** Rejects with GitHub's errors. */
export async function findRefs({ octokit, path, repository, head }: Home, typed: string): Promise<SeenRef[]> {
  const word = typed.trim()
  const found = await readRefs(octokit, path, word)
  const first: SeenRef = { ref: repository.defaultBranch, kind: 'branch', sha: head }
  const rest = found.map(({ name, kind, sha }): SeenRef => ({ ref: name, kind, sha }))
  const all = first.ref.startsWith(word) ? [first, ...rest.filter(({ ref }) => ref !== first.ref)] : rest
  return all.slice(0, MOST)
}

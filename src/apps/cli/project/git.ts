// Asks git about a working directory. Whatever is wrong with git means: nothing is known.

import { execFile } from 'node:child_process'

export type Checkout = {
  commit: string
  /** What a person would call it: the first characters, unambiguous. */
  short: string
  /** Files differ from the commit. */
  dirty: boolean
}

export async function readCheckout(directory: string): Promise<Checkout | undefined> {
  const commit = await git(directory, ['rev-parse', '--verify', 'HEAD^{commit}'])
  const short = await git(directory, ['rev-parse', '--short=10', 'HEAD'])
  if (!commit || !short) return undefined
  const status = await git(directory, ['status', '--porcelain', '--untracked-files=normal', '--', '.'])
  return { commit, short, dirty: status !== '' }
}

/** The full commit that a ref names here; a ref that looks like an option is none. */
export async function resolveCommit(directory: string, ref: string): Promise<string | undefined> {
  return (
    (await git(directory, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`])) || undefined
  )
}

export async function isTag(directory: string, name: string): Promise<boolean> {
  return (
    (await git(directory, ['rev-parse', '--verify', '--quiet', '--end-of-options', `refs/tags/${name}`])) !== undefined
  )
}

/** Writes the files of a commit as .tgz, always the same bytes for the same commit. Answers whether it could. */
export async function archiveCommit(directory: string, commit: string, file: string): Promise<boolean> {
  const words = ['archive', '--format=tar.gz', `--output=${file}`, '--end-of-options', commit]
  return (await git(directory, words)) !== undefined
}

/** Branches and tags, those that moved last first. */
export async function listRefs(directory: string): Promise<{ ref: string; kind: 'branch' | 'tag'; sha: string }[]> {
  const format = '--format=%(refname) %(objectname)'
  const words = ['for-each-ref', '--count=1000', '--sort=-creatordate', format, 'refs/heads', 'refs/tags']
  const text = (await git(directory, words)) ?? ''
  return [...text.matchAll(/^refs\/(heads|tags)\/(\S+) ([0-9a-f]{40})$/gm)].map(([, space, ref = '', sha = '']) => {
    return { ref, sha, kind: space === 'heads' ? 'branch' : 'tag' }
  })
}

/** `owner/name` of the remote `origin`, in whichever form it is written. */
export async function readRepository(directory: string): Promise<string | undefined> {
  const url = await git(directory, ['config', '--get', 'remote.origin.url'])
  return /[/:]([^/:]+\/[^/:]+?)(?:\.git)?\/?$/.exec(url ?? '')?.[1]
}

function git(directory: string, words: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    // No prompts, no lock files: this only looks.
    const env = { ...process.env, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0' }
    execFile('git', ['-C', directory, ...words], { env, timeout: 60_000 }, (error, stdout) =>
      resolve(error ? undefined : stdout.trim()),
    )
  })
}

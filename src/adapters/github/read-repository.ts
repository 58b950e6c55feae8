// Reads of a repository as such: its default branch, and the configuration that it has there. Nothing here trusts a text.

import { isAbsent } from './fault.ts'
import type { Octokit } from './octokit.ts'
import type { RepositoryPath } from './repository.ts'

/** A configuration larger than this is a mistake. */
const MOST_BYTES = 256 * 1024

export type Repository = { id: number; name: string; defaultBranch: string; private: boolean }

export async function readRepository(octokit: Octokit, path: RepositoryPath): Promise<Repository> {
  const { data } = await octokit.rest.repos.get(path)
  return { id: data.id, name: data.full_name, defaultBranch: data.default_branch, private: data.private }
}

export type ConfigFile =
  | { kind: 'file'; text: string }
  | { kind: 'absent' }
  | { kind: 'refused'; why: 'too-large' | 'not-a-file' | 'not-text' }

/** The file as it is at a commit of the default branch; nothing else says how a repository is rolled out. */
export async function readConfigFile(
  octokit: Octokit,
  path: RepositoryPath,
  at: { file: string; ref: string },
): Promise<ConfigFile> {
  try {
    const { data } = await octokit.rest.repos.getContent({ ...path, path: at.file, ref: at.ref })
    if (Array.isArray(data) || data.type !== 'file') return { kind: 'refused', why: 'not-a-file' }
    if (data.size > MOST_BYTES || !('content' in data) || data.encoding !== 'base64')
      return { kind: 'refused', why: 'too-large' }
    return decode(Buffer.from(data.content, 'base64'))
  } catch (error) {
    if (isAbsent(error)) return { kind: 'absent' }
    throw error
  }
}

function decode(bytes: Buffer): ConfigFile {
  if (bytes.length > MOST_BYTES) return { kind: 'refused', why: 'too-large' }
  try {
    return { kind: 'file', text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
  } catch {
    return { kind: 'refused', why: 'not-text' }
  }
}

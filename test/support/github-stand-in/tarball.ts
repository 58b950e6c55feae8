// A commit's files as GitHub packs them: one folder on top, gzipped.

import { gzipSync } from 'node:zlib'
import { padding, TAR_END, tarHeader } from '../../../src/adapters/ssh/tar.ts'
import type { Commit, Repository } from './world.ts'

export function tarball({ owner, name }: Repository, { sha, at, files }: Commit): Buffer {
  const top = `${owner.login}-${name}-${sha.slice(0, 7)}`
  const modifiedAt = Math.floor(at / 1_000)
  const folder = tarHeader({ path: top, kind: 'directory', modifiedAt })
  const entries = Object.entries(files).flatMap(([path, text]) => {
    const bytes = Buffer.from(text)
    const executable = text.startsWith('#!')
    const header = tarHeader({ path: `${top}/${path}`, kind: 'file', size: bytes.length, modifiedAt, executable })
    return [header, bytes, padding(bytes.length)]
  })
  return gzipSync(Buffer.concat([folder, ...entries, TAR_END]))
}

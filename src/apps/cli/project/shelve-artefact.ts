// Keeps the files of releases in the data directory, by their SHA-256: what a rollback needs must not change with the next build.

import { createHash } from 'node:crypto'
import { createReadStream, existsSync, statSync } from 'node:fs'
import { copyFile, rename, rm, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Artefact } from '../../../core/release.ts'
import { EXIT } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { makeInData } from '../make-in-data.ts'
import { wordsLines } from '../words/refusal.ts'

type PathArtefact = Extract<Artefact, { kind: 'path' }>

export type ArtefactShelf = {
  /** A directory or .tgz, relative to `root`. */
  put(path: string, root: string): Promise<PathArtefact>
  /** What `write` makes of a file: a .tgz. */
  keep(write: (file: string) => Promise<unknown>): Promise<PathArtefact>
}

/** `pack` writes a directory as .tgz to a file, always the same bytes for the same files. */
export function openShelf(
  dataDirectory: string,
  pack: (directory: string, file: string) => Promise<unknown>,
): ArtefactShelf {
  const keep: ArtefactShelf['keep'] = async (write) => {
    const shelf = makeInData(dataDirectory, 'artefacts')
    const part = join(shelf, `part-${process.pid}.tgz`)
    try {
      await write(part)
      return await settle(shelf, part)
    } finally {
      await rm(part, { force: true })
    }
  }
  return {
    keep,
    put: async (path, root) => {
      const from = resolve(root, path)
      const found = existsSync(from) ? statSync(from) : undefined
      if (!found) throw absent(path)
      return await keep((part) => (found.isDirectory() ? pack(from, part) : copyFile(from, part)))
    },
  }
}

async function settle(shelf: string, part: string): Promise<PathArtefact> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(part)) hash.update(chunk)
  const sha256 = hash.digest('hex')
  const file = join(shelf, `${sha256}.tgz`)
  await rename(part, file)
  return { kind: 'path', file, sha256, bytes: (await stat(file)).size }
}

function absent(path: string): Failure {
  return new Failure(
    EXIT.usage,
    wordsLines({
      what: `There is nothing at ${path}.`,
      why: 'release.path of houston.yml names the directory or .tgz that is to be rolled out.',
      next: 'build it, or correct the path: houston validate',
    }),
  )
}

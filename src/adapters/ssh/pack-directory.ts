// Packs a directory into a .tgz that is the same for the same files, wherever and whenever it is packed. Changes nothing in it.

import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { lstat, readdir, readlink, stat } from 'node:fs/promises'
import { join, normalize } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { digest } from './artefact.ts'
import { padding, TAR_END, type TarEntry, tarHeader } from './tar.ts'

export type Packed = { file: string; sha256: string; bytes: number }

/** Writes the archive to `file`. Rejects for what it must not carry: links that lead out of the directory, devices, sockets. */
export async function packDirectory(directory: string, file: string): Promise<Packed> {
  await pipeline(archive(directory), createGzip({ level: 6 }), createWriteStream(file, { mode: 0o600 }))
  const sha256 = await digest(createReadStream(file))
  return { file, sha256, bytes: (await stat(file)).size }
}

async function* archive(directory: string): AsyncGenerator<Buffer> {
  for await (const path of walk(directory, '')) {
    const entry = await describe(directory, path)
    yield tarHeader(entry)
    if (entry.kind !== 'file') continue
    let bytes = 0
    for await (const chunk of createReadStream(join(directory, path))) {
      bytes += chunk.length
      yield chunk
    }
    if (bytes !== entry.size) throw new Error(`${path} changed while it was packed`)
    yield padding(bytes)
  }
  yield TAR_END
}

/** By code units, not by the locale's alphabet. */
async function* walk(directory: string, below: string): AsyncGenerator<string> {
  const entries = await readdir(join(directory, below), { withFileTypes: true })
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`
    yield path
    if (entry.isDirectory()) yield* walk(directory, path)
  }
}

async function describe(directory: string, path: string): Promise<TarEntry> {
  const found = await lstat(join(directory, path))
  if (found.isDirectory()) return { path, kind: 'directory', modifiedAt: 0 }
  if (found.isSymbolicLink()) {
    const target = await readlink(join(directory, path))
    if (target.startsWith('/') || normalize(join(path, '..', target)).startsWith('..'))
      throw new Error(`${path} links to ${target}, outside of what is packed`)
    return { path, kind: 'symlink', target, modifiedAt: 0 }
  }
  if (!found.isFile()) throw new Error(`${path} is neither a file, a directory nor a link`)
  const executable = (found.mode & 0o100) !== 0
  return { path, kind: 'file', size: found.size, executable, modifiedAt: await timeOf(join(directory, path)) }
}

/**
 * A date made of the contents. With one date for all files a web server would say "not modified" of a changed one, and the
 * real date differs from checkout to checkout.
 */
async function timeOf(file: string): Promise<number> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file)) hash.update(chunk)
  return 1_000_000_000 + (hash.digest().readUInt32BE(0) % 500_000_000)
}

// Fetches the files of a release from GitHub, once: bounded, hashed, and kept under a name that says what it is. A file is
// there whole or not at all.

import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { capped, TooLarge } from './capped.ts'
import { type ArchiveRefusal, type Download, findArtefact, type Wanted } from './find-artefact.ts'
import type { Octokit } from './octokit.ts'
import { unzipOne } from './unzip-one.ts'

/** `strip`: folders at the top of the archive that are GitHub's, not the release's. */
export type Archive = { kind: 'archive'; file: string; sha256: string; bytes: number; strip: number }

export type ArchiveOptions = { directory: string; maxBytes: number }

export type FetchArchive = (octokit: Octokit, wanted: Wanted) => Promise<Archive | ArchiveRefusal>

const LONGEST_MS = 10 * 60_000

/** Rejects with GitHub's errors and broken downloads; then nothing is kept. */
export function createArchive(options: ArchiveOptions): FetchArchive {
  const fetching = new Map<string, Promise<Archive | ArchiveRefusal>>()
  return (octokit, wanted) => {
    const file = path.join(options.directory, nameOf(wanted))
    const begun = fetching.get(file) ?? fetchOnce(octokit, { wanted, file, maxBytes: options.maxBytes })
    fetching.set(file, begun)
    return begun.finally(() => fetching.delete(file))
  }
}

type Job = { wanted: Wanted; file: string; maxBytes: number }

async function fetchOnce(octokit: Octokit, job: Job): Promise<Archive | ArchiveRefusal> {
  const { file, wanted } = job
  if (await stat(file).catch(() => undefined)) return await describe(file, wanted)
  const found = await findArtefact(octokit, wanted)
  if (found.kind === 'refused') return found
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
  const part = `${file}.${process.pid}.part`
  try {
    const refused = await bring(octokit, found, { ...job, file: part })
    if (refused) return refused
    await rename(part, file)
  } catch (error) {
    if (error instanceof TooLarge) return { kind: 'refused', why: 'too-large' }
    throw error
  } finally {
    await rm(part, { force: true })
  }
  return await describe(file, wanted)
}

async function bring(octokit: Octokit, found: Download, { file, maxBytes }: Job): Promise<ArchiveRefusal | undefined> {
  const packed = found.zip ? `${file}.zip` : file
  try {
    await download(octokit, found, { file: packed, maxBytes })
    const unzipped = found.zip ? await unzipOne(packed, file, maxBytes) : undefined
    if (unzipped?.kind === 'refused') return unzipped
    return (await isGzip(file)) ? undefined : { kind: 'refused', why: 'not-a-tgz' }
  } finally {
    if (found.zip) await rm(packed, { force: true })
  }
}

/** The redirect to a storage is followed without our token: `fetch` drops it where the host is another. */
async function download(octokit: Octokit, { route, parameters }: Download, to: { file: string; maxBytes: number }) {
  const { data } = await octokit.request(route, {
    ...parameters,
    headers: { accept: route.includes('/assets/') ? 'application/octet-stream' : 'application/vnd.github+json' },
    request: { parseSuccessResponseBody: false, signal: AbortSignal.timeout(LONGEST_MS) },
  })
  if (!(data instanceof ReadableStream)) throw new TypeError('a download without a body')
  await pipeline(Readable.fromWeb(data), capped(to.maxBytes), createWriteStream(to.file, { mode: 0o600 }))
}

async function isGzip(file: string): Promise<boolean> {
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0)
    return bytesRead === 2 && buffer.readUInt16BE(0) === 0x1f8b
  } finally {
    await handle.close()
  }
}

async function describe(file: string, { source }: Wanted): Promise<Archive> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file)) hash.update(chunk)
  const { size } = await stat(file)
  return { kind: 'archive', file, sha256: hash.digest('hex'), bytes: size, strip: source.kind === 'tarball' ? 1 : 0 }
}

/** Ids and a digest: no text from outside becomes a part of a path. */
function nameOf({ repositoryId, commit, source }: Wanted): string {
  if (!/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(commit)) throw new RangeError('not a full commit SHA')
  const which = createHash('sha256').update(JSON.stringify(source)).digest('hex').slice(0, 16)
  return path.join(String(repositoryId), `${commit}-${source.kind}-${which}.tgz`)
}

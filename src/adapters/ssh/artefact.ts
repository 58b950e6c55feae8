// Where the bytes of an artefact come from when a host asks for them. Checked by SHA-256 before the first host gets one.

import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import type { Artefact } from '../../core/release.ts'
import { guardedGet } from './guarded-get.ts'

export type ArtefactFile = { file: string; bytes: number }

/** Rejects when a file or a download is not what the release says. Answers the same artefact once and keeps the answer. */
export type ArtefactSource = (artefact: Artefact) => Promise<ArtefactFile | undefined>

export function createArtefactSource(cacheDirectory: string): ArtefactSource {
  const known = new Map<string, Promise<ArtefactFile>>()
  return async (artefact) => {
    if (artefact.kind === 'none' || (artefact.kind === 'url' && artefact.delivery === 'pull')) return undefined
    const key = `${artefact.sha256} ${artefact.kind === 'path' ? artefact.file : ''}`
    let file = known.get(key)
    if (!file) {
      file = artefact.kind === 'path' ? checked(artefact.file, artefact.sha256) : download(artefact, cacheDirectory)
      known.set(key, file)
      file.catch(() => known.delete(key))
    }
    return file
  }
}

async function checked(file: string, sha256: string): Promise<ArtefactFile> {
  const { size } = await stat(file)
  if ((await digest(createReadStream(file))) !== sha256) throw new Error('the artefact file is not what was released')
  return { file, bytes: size }
}

async function download(artefact: { url: string; sha256: string }, directory: string): Promise<ArtefactFile> {
  const file = `${directory}/${artefact.sha256}.tgz`
  const cached = await checked(file, artefact.sha256).catch(() => undefined)
  if (cached) return cached
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const part = `${file}.${process.pid}.${performance.now()}`
  try {
    const response = await guardedGet(artefact.url, AbortSignal.timeout(600_000))
    const { statusCode = 0 } = response
    if (statusCode < 200 || statusCode > 299) {
      response.destroy()
      throw new Error(`the artefact's download answered ${statusCode}`)
    }
    await pipeline(response, createWriteStream(part, { mode: 0o600 }))
    await checked(part, artefact.sha256)
    await rename(part, file)
  } finally {
    await rm(part, { force: true })
  }
  return checked(file, artefact.sha256)
}

export async function digest(stream: AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of stream) hash.update(chunk)
  return hash.digest('hex')
}

// The files of a release from GitHub's edge: only those of the very commit, whole or not at all, fetched once.

import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import nock from 'nock'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createArchive } from '../../../src/adapters/github/archive.ts'
import type { ArchiveSource } from '../../../src/adapters/github/find-artefact.ts'
import { repositoryPath } from '../../../src/adapters/github/repository.ts'
import { type Edge, octokitOf, openEdge } from '../../support/github-edge.ts'
import { zipOf } from '../../support/zip-of.ts'

const commit = 'a'.repeat(40)
const R = '/repos/acme/shop'
const tgz = gzipSync(Buffer.alloc(5_000, 'houston'))
const sha256 = createHash('sha256').update(tgz).digest('hex')

let edge: Edge
let directory: string
beforeEach(() => {
  edge = openEdge()
  directory = mkdtempSync(path.join(tmpdir(), 'archive-'))
})
afterEach(() => {
  rmSync(directory, { recursive: true })
  edge.close()
})

const redirect = { location: 'https://storage.example/signed?sig=x' }
const signed = (bytes: Buffer) =>
  nock('https://storage.example', { badheaders: ['authorization'] })
    .get('/signed')
    .query({ sig: 'x' })
    .reply(200, bytes)
const fetcher = (maxBytes = 100_000) => {
  const fetchArchive = createArchive({ directory, maxBytes })
  return (source: ArchiveSource) =>
    fetchArchive(octokitOf(), { path: repositoryPath('acme/shop'), repositoryId: 1, commit, source })
}
const kept = () => readdirSync(directory, { recursive: true }).filter((name) => String(name).includes('.'))

describe('a tarball', () => {
  const asked = (bytes = tgz) => {
    edge.scope.get(`${R}/tarball/${commit}`).reply(302, '', redirect)
    signed(bytes)
  }

  it('is fetched once, hashed and kept, without our token at the storage', async () => {
    asked()
    const get = fetcher()
    const [one, two] = await Promise.all([get({ kind: 'tarball' }), get({ kind: 'tarball' })])
    expect(one).toMatchObject({ kind: 'archive', sha256, bytes: tgz.length, strip: 1 })
    expect(two).toEqual(one)
    expect(await fetcher()({ kind: 'tarball' })).toEqual(one)
    expect(one.kind === 'archive' && readFileSync(one.file).equals(tgz)).toBe(true)
  })

  it('too large is refused, and nothing is kept', async () => {
    asked(gzipSync(Buffer.alloc(5_000), { level: 0 }))
    expect(await fetcher(1_000)({ kind: 'tarball' })).toEqual({ kind: 'refused', why: 'too-large' })
    expect(kept()).toEqual([])
  })

  it('that is none is refused', async () => {
    asked(Buffer.from('<html>sorry</html>'))
    expect(await fetcher()({ kind: 'tarball' })).toEqual({ kind: 'refused', why: 'not-a-tgz' })
    expect(kept()).toEqual([])
  })

  it('that cannot be had is an error, and tried again next time', async () => {
    const get = fetcher()
    edge.scope.get(`${R}/tarball/${commit}`).reply(404, { message: 'Not Found' })
    await expect(get({ kind: 'tarball' })).rejects.toThrow()
    asked()
    expect(await get({ kind: 'tarball' })).toMatchObject({ kind: 'archive' })
  })
})

describe('an asset', () => {
  const source = { kind: 'asset', pattern: 'shop-*.tgz', tag: 'v1' } as const
  const tag = (sha: string) =>
    edge.scope.get(`${R}/git/ref/tags%2Fv1`).reply(200, { ref: 'refs/tags/v1', object: { type: 'commit', sha } })
  const assets = (names: string[]) => {
    edge.scope.get(`${R}/releases/tags/v1`).reply(200, { id: 3 })
    const list = names.map((name, index) => ({ id: index + 1, name, state: 'uploaded' }))
    edge.scope.get(`${R}/releases/3/assets`).query(true).reply(200, list)
  }

  it('is the one file that fits', async () => {
    tag(commit)
    assets(['shop.txt', 'shop-1.tgz.sig', 'shop-1.tgz'])
    edge.scope.get(`${R}/releases/assets/3`).reply(302, '', redirect)
    signed(tgz)
    expect(await fetcher()(source)).toMatchObject({ kind: 'archive', sha256, strip: 0 })
  })

  it.each([
    ['no-asset', ['shop.txt', 'other-1.tgz']],
    ['several-assets', ['shop-1.tgz', 'shop-2.tgz']],
  ])('%s', async (why, names) => {
    tag(commit)
    assets(names)
    expect(await fetcher()(source)).toEqual({ kind: 'refused', why })
  })

  it('of a tag that was moved is refused', async () => {
    tag('b'.repeat(40))
    expect(await fetcher()(source)).toEqual({ kind: 'refused', why: 'tag-elsewhere' })
  })
})

describe('an artifact', () => {
  const source = { kind: 'artifact', name: 'shop' } as const
  const here = { repository_id: 1, head_repository_id: 1, head_sha: commit }
  const list = (artifacts: object[]) =>
    edge.scope
      .get(`${R}/actions/artifacts`)
      .query({ name: 'shop', per_page: 100, page: 1 })
      .reply(200, { total_count: artifacts.length, artifacts })
  const zipped = (zip: Buffer) => {
    list([
      { id: 4, name: 'shop', expired: false, workflow_run: here },
      { id: 5, name: 'shop', expired: false, workflow_run: here },
    ])
    edge.scope.get(`${R}/actions/artifacts/5/zip`).reply(302, '', redirect)
    signed(zip)
  }

  it.each(['stored', 'deflated'] as const)('is the newest of the commit, its one file %s', async (method) => {
    zipped(zipOf({ 'shop.tgz': tgz }, method))
    expect(await fetcher()(source)).toMatchObject({ kind: 'archive', sha256, strip: 0 })
    expect(kept()).toHaveLength(1)
  })

  it.each([
    ['not-one-file', zipOf({ 'a.tgz': tgz, 'b.tgz': tgz })],
    ['not-one-file', zipOf({})],
    ['not-a-zip', Buffer.from('not at all')],
    ['not-a-tgz', zipOf({ 'shop.txt': Buffer.from('hello') })],
    ['too-large', zipOf({ 'bomb.tgz': Buffer.alloc(200_000) })],
  ])('%s', async (why, zip) => {
    zipped(zip)
    expect(await fetcher()(source)).toEqual({ kind: 'refused', why })
    expect(kept()).toEqual([])
  })

  it.each([
    ["a fork's", { expired: false, workflow_run: { ...here, head_repository_id: 2 } }],
    ["another commit's", { expired: false, workflow_run: { ...here, head_sha: 'b'.repeat(40) } }],
    ['an expired one', { expired: true, workflow_run: here }],
  ])('is not %s', async (_, artifact) => {
    list([{ id: 4, name: 'shop', ...artifact }])
    expect(await fetcher()(source)).toEqual({ kind: 'refused', why: 'no-artifact' })
  })
})

// How a release's files get onto a host: packed, pushed or pulled, whole or not at all.

import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { packDirectory } from '../../../src/adapters/ssh/pack-directory.ts'
import type { Artefact } from '../../../src/core/release.ts'
import { makePlace, type Place } from './place.ts'
import { startProxy } from './proxy.ts'
import { begin, workOf } from './rollout.ts'
import { sshdMissing } from './sshd.ts'

describe.skipIf(sshdMissing)(`an artefact ${sshdMissing ?? ''}`, () => {
  const cacheDirectory = `/tmp/houston-cache-${randomBytes(6).toString('hex')}`
  let place: Place
  let server: Server
  let asked = 0
  let body: Buffer = Buffer.alloc(0)
  let origin = ''
  beforeAll(async () => {
    place = await makePlace({ cacheDirectory })
    server = createServer((_, response) => {
      asked += 1
      response.end(body)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(async () => {
    server.close()
    await place.stop()
    rmSync(cacheDirectory, { recursive: true, force: true })
  })

  const deploy = async (artefact: Artefact, host = place.fresh(), more: { id?: string; rollout?: string } = {}) => {
    const work = workOf({
      ...{ hosts: [host], directory: place.directory, rollout: more.rollout ?? 'a1' },
      release: { id: more.id ?? 'r1', artefact },
    })
    const running = begin(place.remote, work)
    const report = await running.ended()
    return { host, report, steps: running.reports.flatMap((seen) => (seen.kind === 'host-step' ? [seen.step] : [])) }
  }
  let trees = 0
  const tree = () => {
    const root = `${place.sshd.root}/tree${trees++}`
    mkdirSync(`${root}/bin/deep/${'long-name-'.repeat(12)}`, { recursive: true })
    writeFileSync(`${root}/bin/run`, '#!/bin/sh\necho run\n')
    chmodSync(`${root}/bin/run`, 0o755)
    writeFileSync(`${root}/bin/deep/${'long-name-'.repeat(12)}/naïve file`, 'x')
    writeFileSync(`${root}/big`, Buffer.alloc(3_000_000, 'houston'))
    writeFileSync(`${root}/-rf`, '')
    symlinkSync('bin/run', `${root}/link`)
    return root
  }
  const pack = (root: string) => packDirectory(root, `${place.sshd.root}/packed-${trees++}.tgz`)
  const sha256 = (data: Buffer) => createHash('sha256').update(data).digest('hex')
  const tarOf = (build: string) => {
    const file = `${place.sshd.root}/made-${trees++}.tgz`
    execFileSync('sh', ['-c', `cd "$1" && ${build}`, 'sh', place.sshd.root, file], { stdio: 'ignore' })
    const data = readFileSync(file)
    return { kind: 'path', file, sha256: sha256(data), bytes: data.length } as const
  }

  test('packed from a directory arrives as it was, and is not sent twice', async () => {
    const root = tree()
    const { host, report, steps } = await deploy({ kind: 'path', ...(await pack(root)) })
    expect(report.kind).toBe('host-succeeded')
    expect(steps).toContain('fetch')
    expect(execFileSync('diff', ['-r', root, place.path(host, 'releases/r1')]).toString()).toBe('')
    expect(statSync(place.path(host, 'releases/r1/bin/run')).mode & 0o777).toBe(0o755)
    expect(execFileSync('ls', ['-A', place.path(host, '.houston/incoming')]).toString()).toBe('')
    const again = await deploy({ kind: 'path', ...(await pack(root)) }, host, { rollout: 'a2' })
    expect(again).toMatchObject({ report: { kind: 'host-succeeded' }, steps: [] })
  })

  test('leaves the top folder of an archive away that is not its own', async () => {
    const packed = tarOf('mkdir -p top/bin && echo x >top/bin/run && tar -czf "$2" top')
    const { host, report } = await deploy({ ...packed, strip: 1 })
    expect(report.kind).toBe('host-succeeded')
    expect(readFileSync(place.path(host, 'releases/r1/bin/run'), 'utf8')).toBe('x\n')
  })

  test('packs to the same bytes whatever the dates, to others when a byte changes', async () => {
    const [one, two] = [tree(), tree()]
    utimesSync(`${two}/big`, 1, 1)
    const [first, second] = [await pack(one), await pack(two)]
    expect(second.sha256).toBe(first.sha256)
    writeFileSync(`${two}/-rf`, 'y')
    expect((await pack(two)).sha256).not.toBe(first.sha256)
  })

  test('does not pack links that lead out', async () => {
    const root = tree()
    symlinkSync('../../etc/passwd', `${root}/bin/passwd`)
    await expect(pack(root)).rejects.toThrow('outside')
  })

  test('is not what was released: nothing is sent', async () => {
    const packed = await pack(tree())
    writeFileSync(packed.file, 'other')
    expect((await deploy({ kind: 'path', ...packed })).report).toMatchObject({
      kind: 'host-unreachable',
      signature: 'the artefact file is not what was released',
    })
  })

  test('with entries that climb out is refused; absolute ones stay inside', async () => {
    const climbing = tarOf('mkdir -p in && echo x >out && cd in && tar -czPf "$2" ../out')
    const bad = await deploy(climbing)
    expect(bad.report).toMatchObject({ kind: 'host-failed', step: 'fetch' })
    expect(place.has(bad.host, 'releases/out')).toBe(false)
    expect(place.has(bad.host, 'releases/r1')).toBe(false)
    const mark = `${place.sshd.root}/absolute`
    const absolute = tarOf(`echo x >${mark} && tar -czPf "$2" ${mark} && rm ${mark}`)
    const held = await deploy(absolute)
    expect(held.report.kind).toBe('host-succeeded')
    expect(existsSync(mark)).toBe(false)
    const linked = tarOf(
      `mkdir l && ln -s ${place.sshd.root} l/up && tar -cf t.tar -C l up && rm l/up && mkdir l/up && echo x >l/up/through && tar -rf t.tar -C l up/through && gzip -c t.tar >"$2"`,
    )
    await deploy(linked)
    expect(existsSync(`${place.sshd.root}/through`)).toBe(false)
  })

  test('under the same name with other contents is refused', async () => {
    const root = tree()
    const { host } = await deploy({ kind: 'path', ...(await pack(root)) })
    writeFileSync(`${root}/-rf`, 'y')
    const other = await deploy({ kind: 'path', ...(await pack(root)) }, host, { rollout: 'a2' })
    expect(other.report).toMatchObject({
      kind: 'host-failed',
      step: 'fetch',
      signature: expect.stringContaining('with other contents: give the new ones another name'),
    })
  })

  test('cut in the middle of its way is sent again, and only whole ones count', async () => {
    const proxy = await startProxy(place.sshd.port)
    const root = tree()
    writeFileSync(`${root}/noise`, randomBytes(8_000_000))
    const packed = await pack(root)
    const known = `[127.0.0.1]:${proxy.port} ${place.sshd.hostKey}\n`
    const remote = (await import('../../../src/adapters/ssh/remote.ts')).createSshRemote({
      ...place.settings,
      knownHosts: [known],
    })
    proxy.cutAfter(1_000_000)
    const host = place.fresh({ port: proxy.port })
    const work = workOf({
      hosts: [host],
      directory: place.directory,
      release: { artefact: { kind: 'path', ...packed } },
    })
    expect((await begin(remote, work).ended()).kind).toBe('host-succeeded')
    expect(proxy.count()).toBe(2)
    expect(readFileSync(place.path(host, 'releases/r1/noise'))).toHaveLength(8_000_000)
    await remote.close()
    proxy.close()
  })

  test('from a URL is pulled by the host', async () => {
    body = readFileSync((await pack(tree())).file)
    const good = await deploy({ kind: 'url', url: `${origin}/-x?a=b'c`, sha256: sha256(body), delivery: 'pull' })
    expect(good.report.kind).toBe('host-succeeded')
    expect(place.read(good.host, 'releases/r1/bin/run')).toContain('echo run')
    const bad = await deploy({
      kind: 'url',
      url: `${origin}/x`,
      sha256: sha256(Buffer.from('other')),
      delivery: 'pull',
    })
    expect(bad.report).toMatchObject({
      kind: 'host-failed',
      step: 'fetch',
      signature: expect.stringContaining('another SHA-256'),
    })
    expect(place.has(bad.host, 'releases/r1')).toBe(false)
  })

  test('from a URL is downloaded once and pushed to all', async () => {
    body = readFileSync((await pack(tree())).file)
    asked = 0
    const artefact = { kind: 'url', url: `${origin}/x`, sha256: sha256(body), delivery: 'push' } as const
    const both = await Promise.all([deploy(artefact), deploy(artefact)])
    expect(both.map(({ report }) => report.kind)).toEqual(['host-succeeded', 'host-succeeded'])
    expect(asked).toBe(1)
    body = Buffer.from('not it')
    const other = await deploy({ ...artefact, sha256: sha256(Buffer.from('wanted')) })
    expect(other.report).toMatchObject({ kind: 'host-unreachable' })
  })
})

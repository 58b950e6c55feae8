// The stand-in against the real adapter: what Houston's own clients read and write there, and what the stand-in must refuse.
// A stand-in that is too kind would let everything pass.

import { createSign, generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import tls from 'node:tls'
import { gzipSync } from 'node:zlib'
import { verify } from '@octokit/webhooks-methods'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createArchive } from '../../../src/adapters/github/archive.ts'
import { readCredentials } from '../../../src/adapters/github/credentials.ts'
import { createForge } from '../../../src/adapters/github/forge.ts'
import { createGithub, type Github, type Octokit } from '../../../src/adapters/github/octokit.ts'
import { readChecks } from '../../../src/adapters/github/read-checks.ts'
import { readPullHead } from '../../../src/adapters/github/read-pulls.ts'
import { isReachable } from '../../../src/adapters/github/read-reachable.ts'
import { resolveRef } from '../../../src/adapters/github/read-ref.ts'
import { readConfigFile } from '../../../src/adapters/github/read-repository.ts'
import { readRole } from '../../../src/adapters/github/read-rights.ts'
import { redeliverMissed } from '../../../src/adapters/github/redeliver.ts'
import type { ForgeObject } from '../../../src/core/project-forge.ts'
import { type StandIn, startStandIn } from '../../support/github-stand-in/stand-in.ts'
import { mostWithin } from '../../support/github-stand-in/trouble.ts'
import { addFork, addPerson, addRepository, type Person, type Repository } from '../../support/github-stand-in/world.ts'
import { zipOne } from '../../support/github-stand-in/zip.ts'

const PATH = { owner: 'acme', repo: 'shop' }
const signal = AbortSignal.timeout(60_000)

let standIn: StandIn
let github: Github
let octokit: Octokit
let ada: Person
let shop: Repository

beforeAll(async () => {
  standIn = await startStandIn(['push', 'issue_comment'])
  const authority = readFileSync(standIn.variables.NODE_EXTRA_CA_CERTS ?? '', 'utf8')
  tls.setDefaultCACertificates([authority])
  ada = addPerson(standIn.world, 'ada')
  const files = { '.github/houston.yml': 'application: shop\n', 'run.sh': '#!/bin/sh\n' }
  shop = addRepository(standIn.world, { owner: standIn.account, name: 'shop', author: ada, files })
  const reading = readCredentials(standIn.variables)
  if (reading.kind !== 'ready') throw new Error(JSON.stringify(reading))
  github = createGithub(reading.credentials)
  octokit = await github.of('acme/shop')
})

afterAll(async () => {
  expect(standIn.complaints()).toEqual([])
  await standIn.close()
})

function tip(): string {
  return shop.branches.get('main') ?? ''
}

describe('reads', () => {
  it('the configuration, a role, refs and what is reachable', async () => {
    const at = { file: '.github/houston.yml', ref: 'main' }
    expect(await readConfigFile(octokit, PATH, at)).toEqual({ kind: 'file', text: 'application: shop\n' })
    expect(await readRole(octokit, PATH, ada.id)).toBe('admin')
    expect(await readRole(octokit, PATH, addPerson(standIn.world, 'eve').id)).toBe('none')
    expect(await resolveRef(octokit, PATH, 'main')).toEqual({ kind: 'commit', sha: tip(), from: 'branch' })
    expect(await resolveRef(octokit, PATH, tip().slice(0, 8))).toEqual({ kind: 'commit', sha: tip(), from: 'sha' })
    const eve = addPerson(standIn.world, 'mallory')
    const stray = standIn.people.push(addFork(standIn.world, shop, eve), eve, { files: { x: 'y' } })
    // It answers under the name of the original too, as on GitHub.
    expect(await resolveRef(octokit, PATH, stray.sha)).toMatchObject({ kind: 'commit', from: 'sha' })
    expect(await isReachable(octokit, PATH, { commit: stray.sha, defaultBranch: 'main' })).toBe(false)
    expect(await isReachable(octokit, PATH, { commit: tip(), defaultBranch: 'main' })).toBe(true)
  })

  it('checks over all pages, and a pull request with the time of its push', async () => {
    const wanted = { commit: tip(), which: 'all', branch: 'main', ownAppId: 77 } as const
    for (let index = 0; index < 130; index += 1)
      standIn.people.reportCheck(shop, {
        sha: tip(),
        name: `check ${index}`,
        conclusion: index === 3 ? null : 'success',
      })
    expect(await readChecks(octokit, PATH, wanted)).toMatchObject({ kind: 'pending' })
    standIn.people.reportCheck(shop, { sha: tip(), name: 'check 3', conclusion: 'success' })
    expect(await readChecks(octokit, PATH, wanted)).toEqual({ kind: 'green' })
    const pull = standIn.people.openPull(shop, ada, { branch: 'work' })
    const head = await readPullHead(octokit, PATH, pull.number)
    expect(head).toMatchObject({ sha: shop.branches.get('work'), fork: false, open: true, authorId: ada.id })
    expect(head.push?.at).toBeLessThanOrEqual(Date.now())
  })

  it.each([
    [{ kind: 'tarball' }, 1],
    [{ kind: 'asset', pattern: 'shop-*.tgz', tag: 'v1' }, 0],
    [{ kind: 'artifact', name: 'shop' }, 0],
  ] as const)('the files of a release, behind a redirect: %o', async (source, strip) => {
    const commit = tip()
    const bytes = gzipSync('files')
    shop.tags.set('v1', commit)
    shop.files = [
      { id: standIn.world.nextId(), name: 'shop-v1.tgz', bytes, tag: 'v1' },
      { id: standIn.world.nextId(), name: 'shop', bytes: zipOne('shop.tgz', bytes), sha: commit },
    ]
    const directory = mkdtempSync(join(tmpdir(), 'houston-archive-'))
    try {
      const fetchArchive = createArchive({ directory, maxBytes: 1_000_000 })
      const archive = await fetchArchive(octokit, { path: PATH, repositoryId: shop.id, commit, source })
      expect(archive).toMatchObject({ kind: 'archive', strip })
      if (archive.kind === 'archive' && strip === 0) expect(readFileSync(archive.file)).toEqual(bytes)
    } finally {
      rmSync(directory, { recursive: true })
    }
  })
})

describe('writes', () => {
  const objects = (): ForgeObject[] => [
    {
      ...{ kind: 'deployment', repository: 'acme/shop', commit: tip(), environment: 'production' },
      ...{ production: true, task: 'deploy', description: 'deploy' },
    } as const,
    {
      ...{ kind: 'check-run', repository: 'acme/shop', commit: tip(), name: 'shop production / web1' },
      ...{ status: 'completed', conclusion: 'failure', title: 'failed', summary: 'start failed' },
      actions: [{ identifier: 'rollback', label: 'Roll back', description: 'Back' }],
    } as const,
    { kind: 'comment', repository: 'acme/shop', issue: 1, body: 'running' },
  ]

  it.each([0, 1, 2])('object %i is absent, created, found, and updated in place', async (index) => {
    const forge = createForge(github)
    const content = objects()[index]
    if (!content) throw new Error('no such object')
    const object = { marker: `r1/object/${index}`, content }
    expect(await forge.find(object, signal)).toEqual({ kind: 'absent' })
    const made = await forge.create(object, signal)
    if (made.kind !== 'done') throw new Error(JSON.stringify(made))
    expect(await forge.find(object, signal)).toEqual({ kind: 'found', id: made.id })
    expect(await forge.update(made.id, object, signal)).toEqual(made)
    expect(await forge.find({ ...object, marker: 'r2/other' }, signal)).toEqual({ kind: 'absent' })
  })

  it('what was cut after the commit is there, and the client did not repeat it', async () => {
    const before = shop.comments.length
    const hits = ({ method }: { method: string }) => method === 'POST'
    standIn.troubles.plan({ kind: 'cut', when: 'after' }, { hits, times: 1 })
    const comment = { kind: 'comment', repository: 'acme/shop', issue: 1, body: 'cut' } as const
    expect(await createForge(github).create({ marker: 'r3/cut', content: comment }, signal)).toMatchObject({
      kind: 'unsure',
    })
    expect(shop.comments.length).toBe(before + 1)
  })

  it.each([
    ['secondary-limit', { kind: 'secondary-limit', retryAfterS: 2 }, { kind: 'limited', retryAfterMs: 2_000 }],
    ['secondary limit, no header', { kind: 'secondary-limit' }, { kind: 'limited' }],
    ['primary limit', { kind: 'primary-limit', resetS: 9 }, { kind: 'limited' }],
    ['error', { kind: 'error', status: 502, when: 'before' }, { kind: 'unsure' }],
  ] as const)('%s is told as such', async (_, trouble, expected) => {
    const before = shop.comments.length
    standIn.troubles.plan(trouble, { hits: ({ method }) => method === 'POST', times: 1 })
    const content = { kind: 'comment', repository: 'acme/shop', issue: 1, body: 'trouble' } as const
    expect(await createForge(github).create({ marker: 'r4', content }, signal)).toMatchObject(expected)
    expect(shop.comments.length).toBe(before)
  })
})

describe('what it refuses', () => {
  it('a JWT of another key, and one that lives too long', async () => {
    const ask = async (jwt: string) => {
      const url = `https://${standIn.variables.GHE_HOST}/api/v3/app/hook/deliveries`
      return (await fetch(url, { headers: { authorization: `Bearer ${jwt}` } })).status
    }
    const own = standIn.variables.GITHUB_PRIVATE_KEY ?? ''
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
    expect(await ask(jwtBy(own, 300))).toBe(200)
    expect(await ask(jwtBy(own, 3_000))).toBe(401)
    expect(await ask(jwtBy(other.export({ type: 'pkcs1', format: 'pem' }).toString(), 300))).toBe(401)
    expect(await ask('')).toBe(401)
  })

  it('another account', async () => {
    const repository = addRepository(standIn.world, { owner: ada, name: 'own', author: ada, files: {} })
    expect(repository.private).toBe(true)
    await expect(github.of('ada/own')).rejects.toMatchObject({ status: 404 })
    await expect(octokit.rest.repos.get({ owner: 'ada', repo: 'own' })).rejects.toMatchObject({ status: 404 })
  })

  it('says when a request is not in the description', async () => {
    const stranger = await startStandIn([])
    const url = `https://${stranger.variables.GHE_HOST}/api/v3/repos/acme/shop/nonsense`
    tls.setDefaultCACertificates([readFileSync(stranger.variables.NODE_EXTRA_CA_CERTS ?? '', 'utf8')])
    await fetch(url, { method: 'POST' })
    expect(stranger.complaints()).toEqual(['POST /repos/acme/shop/nonsense: no such route'])
    await stranger.close()
  })
})

it.each([
  [[], 0],
  [[0, 999, 1_000], 2],
  [[0, 500, 900, 1_400, 5_000], 3],
])('of writes at %j at most %i are within a second', (times, most) => {
  expect(mostWithin(times, 1_000)).toBe(most)
})

describe('its webhook', () => {
  it('signs, keeps the number of what it sends again, and sends again only what is asked for', async () => {
    const { hook, people, variables } = standIn
    const heard: { guid: string; valid: boolean }[] = []
    let status = 500
    const server = createServer(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      const signature = String(request.headers['x-hub-signature-256'])
      const valid = await verify(variables.GITHUB_WEBHOOK_SECRET ?? '', body, signature)
      heard.push({ guid: String(request.headers['x-github-delivery']), valid })
      response.writeHead(status).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const bound = server.address()
    hook.url = `http://127.0.0.1:${typeof bound === 'object' ? bound?.port : ''}`
    const since = Date.now()
    people.push(shop, ada, {})
    await hook.idle()
    status = 202
    tls.setDefaultCACertificates([readFileSync(variables.NODE_EXTRA_CA_CERTS ?? '', 'utf8')])
    expect(await redeliverMissed(github.app, { since, most: 10 })).toEqual({ asked: 1, missed: 1 })
    await hook.idle()
    expect(heard.map(({ valid }) => valid)).toEqual([true, true])
    expect(new Set(heard.map(({ guid }) => guid)).size).toBe(1)
    expect(await redeliverMissed(github.app, { since, most: 10 })).toEqual({ asked: 0, missed: 0 })
    hook.url = undefined
    await new Promise((resolve) => server.close(resolve))
  })
})

function jwtBy(key: string, livesS: number): string {
  const now = Math.floor(Date.now() / 1_000)
  const parts = [
    { alg: 'RS256', typ: 'JWT' },
    { iss: '77', iat: now - 30, exp: now + livesS },
  ]
  const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  return `${text}.${createSign('RSA-SHA256').update(text).sign(key).toString('base64url')}`
}

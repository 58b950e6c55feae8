// From the link in the log to an App that works, over real HTTP, with GitHub played at the network's edge: who is let in, what
// GitHub is asked for, and what is kept.

import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import nock from 'nock'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openGithubDoor } from '../../../../src/apps/github/door/github-door.ts'
import { openLink } from '../../../../src/apps/github/door/link.ts'
import { openRegistration, type Registration } from '../../../../src/apps/github/door/registration.ts'
import type { Log } from '../../../../src/apps/server/log.ts'
import { serveHttp } from '../../../../src/apps/server/serve-http.ts'
import { readSettings } from '../../../../src/config/read-settings.ts'
import { memoryRounds } from '../../../support/memory-rounds.ts'
import { post } from './post.ts'

const URL_OF_US = 'https://houston.acme.dev'
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
const webhookSecret = 'a secret that GitHub has made'
const CONVERSION = {
  id: 77,
  slug: 'houston-acme',
  pem,
  webhook_secret: webhookSecret,
  client_id: 'Iv1.c',
  client_secret: 'the-secret-of-sign-ins',
}

let directory: string
let registration: Registration
let address: string
let links: string[]
let faults: string[]
let close: () => void

beforeEach(async () => {
  nock.disableNetConnect()
  nock.enableNetConnect('127.0.0.1')
  directory = mkdtempSync(join(tmpdir(), 'houston-setup-'))
  await open({})
})
afterEach(() => {
  close()
  rmSync(directory, { recursive: true, force: true })
  nock.cleanAll()
  nock.enableNetConnect()
})

async function open(variables: Record<string, string>): Promise<void> {
  const all = { HOUSTON_DATA: directory, HOUSTON_URL: URL_OF_US, ...variables }
  const read = readSettings({ file: '' }, all)
  if (read.kind === 'faults') throw new Error(read.kind)
  links = []
  faults = []
  const note: Log['info'] = (_, fields) => void links.push(...[fields?.link].filter((link) => typeof link === 'string'))
  registration = openRegistration({ variables: all, dataDirectory: directory })
  const door = openGithubDoor({
    linkOf: openLink(registration),
    fetchArchive: () => Promise.reject(new Error('nothing is fetched')),
    registration,
    settings: read.settings,
    log: { info: note, warn: note, error: note },
    failed: ({ message }) => faults.push(message),
    now: () => 0,
  })
  const routes = door.routes(() => async ({ key }) => ({ kind: 'new', id: `github:${key}` }))
  const failed = ({ message }: Error) => void faults.push(message)
  const { server, address: place } = await serveHttp({ listen: { host: '127.0.0.1', port: 0 }, routes, failed })
  address = place
  const shut = door.opened(memoryRounds(() => 0))
  close = () => {
    shut()
    server.closeAllConnections()
    server.close()
  }
}

/** A browser that follows nothing by itself. */
async function visit(path: string, cookie?: string) {
  const response = await fetch(`http://${address}${path}`, {
    redirect: 'manual',
    ...(cookie !== undefined && { headers: { cookie } }),
  })
  return { status: response.status, headers: response.headers, body: await response.text() }
}

async function enter(): Promise<string> {
  const link = new URL(links[0] ?? '')
  expect(link.origin).toBe(URL_OF_US)
  const { status, headers } = await visit(`${link.pathname}${link.search}`)
  expect([status, headers.get('location')]).toEqual([303, '/setup/github'])
  const [cookie = ''] = headers.getSetCookie()
  expect(cookie).toMatch(/; Path=\/setup\/github; HttpOnly; SameSite=Lax; Secure$/)
  return cookie.split(';')[0] ?? ''
}

function formOf(body: string): { action: string; manifest: Record<string, unknown>; state: string } {
  const text = (found: string | undefined) => (found ?? '').replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code))
  const action = text(/method="post" action="([^"]+)"/.exec(body)?.[1])
  const manifest = JSON.parse(text(/name="manifest" value="([^"]+)"/.exec(body)?.[1]))
  return { action, manifest, state: new URL(action).searchParams.get('state') ?? '' }
}

function github() {
  return nock('https://api.github.com')
}

describe('set-up', () => {
  it('goes from the link to an App that works, and without a restart', async () => {
    expect((await post(address, { signed: { with: webhookSecret } })).status).toBe(503)
    const cookie = await enter()
    const page = await visit('/setup/github?organization=acme&teams=yes', cookie)
    const { action, manifest, state } = formOf(page.body)
    expect(action).toMatch(/^https:\/\/github\.com\/organizations\/acme\/settings\/apps\/new\?state=[\w-]{43}$/)
    expect(manifest).toMatchObject({
      hook_attributes: { url: `${URL_OF_US}/api/github/webhooks`, active: true },
      redirect_url: `${URL_OF_US}/setup/github/back`,
      callback_urls: [`${URL_OF_US}/sign-in/callback`],
      public: false,
      default_permissions: { members: 'read', contents: 'read', deployments: 'write' },
    })
    github().post('/app-manifests/the-code/conversions').reply(201, CONVERSION)
    const back = await visit(`/setup/github/back?code=the-code&state=${state}`, cookie)
    expect([back.status, back.headers.get('location'), faults]).toEqual([303, '/setup/github', []])

    const file = join(directory, 'github-app.json')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      ...{ GITHUB_APP_ID: '77', GITHUB_CLIENT_ID: 'Iv1.c', GITHUB_CLIENT_SECRET: 'the-secret-of-sign-ins' },
    })
    expect((await post(address, { signed: { with: webhookSecret } })).status).toBe(202)

    github()
      .get('/app')
      .reply(200, { slug: 'houston-acme', html_url: 'https://github.com/apps/houston-acme', installations_count: 0 })
      .get('/app/hook/config')
      .reply(200, { url: `${URL_OF_US}/api/github/webhooks` })
      .get('/app/hook/deliveries?per_page=5')
      .reply(200, [{ event: 'ping<b>', delivered_at: '2026-01-01T00:00:00Z', status_code: 202, status: 'OK' }])
    const done = await visit('/setup/github', cookie)
    expect(done.status).toBe(200)
    expect(done.body).toContain('https://github.com/apps/houston-acme/installations/new')
    expect(done.body).toContain('<td>ping&#60;b&#62;</td>')
    expect(nock.isDone()).toBe(true)
    // What the file says is believed by the next process too.
    expect(openRegistration({ variables: {}, dataDirectory: directory }).current()?.appId).toBe(77)
    // The link is worth nothing any more.
    const link = new URL(links[0] ?? '')
    expect((await visit(`${link.pathname}${link.search}`)).status).toBe(403)
  })

  it('lets nobody in without the link, and nobody back without its state', async () => {
    const cookie = await enter()
    const { state } = formOf((await visit('/setup/github', cookie)).body)
    const newer = formOf((await visit('/setup/github', cookie)).body).state
    const tries: [string, string | undefined, number][] = [
      ['/setup/github', undefined, 403],
      ['/setup/github', 'houston_setup=x', 403],
      ['/setup/github?token=', undefined, 403],
      ['/setup/github?token=x', cookie, 403],
      [`/setup/github/back?code=c&state=${newer}`, undefined, 403],
      ['/setup/github/back?code=c', cookie, 400],
      ['/setup/github/back?code=c&state=x', cookie, 400],
      [`/setup/github/back?code=c&state=${state}`, cookie, 400],
      [`/setup/github/back?code=..%2F..%2Fuser&state=${newer}`, cookie, 400],
      // That one used the state up.
      [`/setup/github/back?code=c&state=${newer}`, cookie, 400],
    ]
    for (const [path, with_, status] of tries) expect([path, (await visit(path, with_)).status]).toEqual([path, status])
    expect(registration.current()).toBeUndefined()
  })

  it('shows pages that no script, frame or form of others gets into', async () => {
    const cookie = await enter()
    const hostile = encodeURIComponent('"><script>alert(1)</script>')
    const { headers, body } = await visit(`/setup/github?organization=${hostile}`, cookie)
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/=]+'; form-action 'self' https:\/\/github\.com;/,
    )
    expect(policy).toContain("frame-ancestors 'none'")
    expect(headers.get('cache-control')).toBe('no-store')
    expect(body).not.toContain('<script')
    expect(formOf(body).action).toMatch(/^https:\/\/github\.com\/settings\/apps\/new\?state=/)
  })

  it('keeps nothing when GitHub refuses the code, or hands over what is no App', async () => {
    const cookie = await enter()
    const answers: [number, object][] = [
      [404, { message: 'Not Found' }],
      [201, { ...CONVERSION, pem: 'no key' }],
      [201, { ...CONVERSION, webhook_secret: null }],
    ]
    for (const [status, body] of answers) {
      github().post('/app-manifests/c/conversions').reply(status, body)
      const { state } = formOf((await visit('/setup/github', cookie)).body)
      const back = await visit(`/setup/github/back?code=c&state=${state}`, cookie)
      expect([back.status, registration.current()]).toEqual([502, undefined])
      expect(back.body).not.toContain('no key')
    }
    expect(faults).toHaveLength(answers.length)
  })

  it('is made at an Enterprise Server where there is one', async () => {
    close()
    await open({ GHE_HOST: 'github.acme.dev' })
    const cookie = await enter()
    const page = await visit('/setup/github', cookie)
    expect(page.headers.get('content-security-policy')).toContain("form-action 'self' https://github.acme.dev;")
    const { action, state } = formOf(page.body)
    expect(action).toMatch(/^https:\/\/github\.acme\.dev\/settings\/apps\/new/)
    nock('https://github.acme.dev').post('/api/v3/app-manifests/c/conversions').reply(201, CONVERSION)
    await visit(`/setup/github/back?code=c&state=${state}`, cookie)
    const again = openRegistration({ variables: {}, dataDirectory: directory }).current()
    expect(again?.apiUrl).toBe('https://github.acme.dev/api/v3')
  })

  it('is not offered with credentials in the environment, nor without an address', async () => {
    close()
    await open({ GITHUB_APP_ID: '7', GITHUB_PRIVATE_KEY: pem, GITHUB_WEBHOOK_SECRET: webhookSecret })
    expect([links, (await visit('/setup/github')).status]).toEqual([[], 404])
    close()
    await open({ HOUSTON_URL: '' })
    expect([links, (await visit('/setup/github')).status]).toEqual([[], 404])
  })
})

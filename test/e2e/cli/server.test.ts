// A terminal with a server, whole: people sign in with GitHub (a stand-in of it), make tokens, and deploy with them from a terminal
// that has no file, no key and no store, onto real SSH servers. The hosts' journal judges.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { runCli } from '../../../src/apps/cli/run-cli.ts'
import { newToken } from '../../../src/web/api/schema/record.ts'
import { appOf, type FakeApp } from '../../apps/cli/app-of.ts'
import { addPerson, type Person } from '../../support/github-stand-in/world.ts'
import { type House, OPEN_WITHIN_MS, openHouse, PRODUCTION, STAGING } from '../github/house.ts'

let house: House
let url: string
const before = process.env.HOUSTON_URL

beforeAll(async () => {
  const variables = { GITHUB_CLIENT_ID: 'Iv1.e2e', GITHUB_CLIENT_SECRET: 'the-secret-of-sign-ins' }
  house = await openHouse([], undefined, { variables })
  // It sends people back to its own address, which it has only once it listens.
  url = new URL(house.github.hook.url ?? '').origin
  await house.server.end('SIGTERM')
  process.env.HOUSTON_URL = url
  await house.server.start()
}, OPEN_WITHIN_MS)

afterAll(async () => {
  if (before === undefined) delete process.env.HOUSTON_URL
  else process.env.HOUSTON_URL = before
  await house?.close()
})

/** The cookie of a session, got as a browser gets it. */
async function signIn(person: Person): Promise<string> {
  const left = await fetch(`${url}/sign-in?to=/tokens`, { redirect: 'manual' })
  const to = new URL(left.headers.get('location') ?? '')
  expect(`${to.host}${to.pathname}`).toBe(`${house.github.variables.GHE_HOST}/login/oauth/authorize`)
  house.github.pages.set('/login/oauth/access_token', JSON.stringify({ access_token: house.github.tokenOf(person) }))
  const back = await fetch(`${url}/sign-in/callback?code=c&state=${to.searchParams.get('state')}`, {
    redirect: 'manual',
    headers: { cookie: cookieOf(left) },
  })
  expect([back.status, back.headers.get('location')]).toEqual([303, '/tokens'])
  return cookieOf(back)
}

function cookieOf(response: Response): string {
  const lines = response.headers.getSetCookie().filter((line) => !/max-age=0/i.test(line))
  return lines.map((line) => line.split(';')[0]).join('; ')
}

async function tokenOf(cookie: string): Promise<{ id: string; secret: string }> {
  const response = await fetch(`${url}/api/v1/tokens`, {
    method: 'POST',
    headers: { cookie, origin: url, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'a terminal', scopes: [{ may: 'act' }] }),
  })
  const { token, secret } = newToken.parse(await response.json())
  expect(response.status).toBe(201)
  return { id: token.id, secret }
}

async function houston(token: string, ...words: string[]) {
  const app = appOf({ cwd: '/', env: { HOUSTON_URL: url, HOUSTON_TOKEN: token, HOME: '/nonexistent' } })
  const code = await runCli(words, app)
  return { code, out: app.stdout(), err: app.stderr() }
}

it('somebody signs in, makes a token, deploys from anywhere, and takes it back', async () => {
  const { secret } = await tokenOf(await signIn(house.ada))
  const { people } = house.github
  const [first, second] = ['first', 'second'].map((branch) =>
    people.merge(house.shop, house.ada, people.openPull(house.shop, house.ada, { branch, files: {} })),
  )
  if (!first || !second) throw new Error('nothing was merged')
  const deployed = await houston(secret, 'deploy', 'prod', first.sha, '--yes')
  expect(deployed, deployed.err).toMatchObject({ code: 0, out: expect.stringContaining('succeeded') })
  expect(house.journal().sort()).toEqual(PRODUCTION.map((host) => `${host} ${first.sha.slice(0, 10)}`))
  const probed = await houston(secret, 'hosts', 'prod', '--probe')
  expect(probed, probed.err).toMatchObject({ code: 0, out: expect.stringContaining(first.sha.slice(0, 10)) })
  expect((await houston(secret, 'deploy', 'prod', second.sha, '--yes')).code).toBe(0)
  const back = await houston(secret, 'rollback', 'prod', '--reason', 'it was slow')
  expect(back, back.err).toMatchObject({ code: 0, out: expect.stringContaining(first.sha.slice(0, 10)) })
  expect((await houston(secret, 'audit', 'prod')).out).toContain(`ada (github ${house.ada.id}, by api)`)
  expect((await houston(secret, 'history', 'prod')).out).toContain('it was slow')
  expect((await houston(secret, 'log', 'prod', PRODUCTION[0])).code).toBe(0)
})

it('who may only look does only that, and a token that is revoked does nothing', async () => {
  const cookie = await signIn(house.rob)
  const { id, secret } = await tokenOf(cookie)
  expect((await houston(secret, 'status')).code).toBe(0)
  const begun = house.journal().length
  expect(await houston(secret, 'rollback', 'prod')).toMatchObject({ code: 4, err: expect.stringContaining('refused') })
  expect(house.journal()).toHaveLength(begun)
  expect(await houston(secret, 'hosts', 'prod', '--probe')).toMatchObject({ code: 4 })
  const revoke = { method: 'DELETE', headers: { cookie, origin: url } }
  expect((await fetch(`${url}/api/v1/tokens/${id}`, revoke)).status).toBe(200)
  expect(await houston(secret, 'status')).toMatchObject({ code: 4, err: expect.stringContaining('does not know') })
})

it('what needs approval waits: one’s own is refused, another person’s lets it begin', { timeout: 60_000 }, async () => {
  const { people, world } = house.github
  const bob = addPerson(world, 'bob')
  house.shop.roles.set(bob.id, 'write')
  const file = '.github/houston.yml'
  const was = house.shop.commits.get(house.shop.branches.get('main') ?? '')?.files[file] ?? ''
  const text = was.replace('  staging:\n', '  staging:\n    approvals: {}\n')
  const release = people.push(house.shop, house.ada, { files: { [file]: text } }).sha.slice(0, 10)
  world.pass(1_000)
  const [ada, other] = [await tokenOf(await signIn(house.ada)), await tokenOf(await signIn(bob))]
  const ran = () =>
    house
      .journal()
      .filter((line) => line.endsWith(` ${release}`))
      .sort()
  const asked = await houston(ada.secret, 'deploy', 'staging', '--yes')
  expect([asked.code, asked.out]).toEqual([4, expect.stringContaining(`houston approve staging ${release}`)])
  expect(asked.err).toContain('before it begins: 1 approval missing (not by who asked for it or wrote it)')
  const own = await houston(ada.secret, 'approve', 'staging', release)
  expect([own.code, own.err]).toEqual([4, expect.stringContaining('You asked for this rollout yourself.')])
  expect(ran()).toEqual([])
  const done = await houston(other.secret, 'approve', 'staging', release)
  expect([done.code, done.out], done.err).toEqual([0, expect.stringContaining('approved by bob')])
  expect(ran()).toEqual(STAGING.map((host) => `${host} ${release}`))
})

it('a terminal is let in by its code, deploys, and is signed out again', { timeout: 60_000 }, async () => {
  const home = mkdtempSync(join(tmpdir(), 'houston-login-'))
  const env = { HOUSTON_URL: url, HOME: home }
  const at = (...words: string[]) => {
    const app = appOf({ cwd: '/', env })
    return { app, done: runCli(words, app) }
  }
  const login = at('login')
  const { code, page } = await shownBy(login.app)
  expect(page).toBe(`${url}/device`)
  const cookie = await signIn(house.ada)
  const post = async (path: string, form: Record<string, string>, origin = url) =>
    await fetch(`${url}${path}`, { method: 'POST', headers: { cookie, origin }, body: new URLSearchParams(form) })
  expect(await (await post('/device', { code })).text()).toContain(hostname().slice(0, 60))
  expect((await post('/device/answer', { code, answer: 'allow' }, 'https://evil.dev')).status).toBe(403)
  expect((await post('/device/answer', { code, answer: 'allow' })).status).toBe(200)
  expect(await login.done, login.app.stderr()).toBe(0)
  expect(login.app.stdout()).toContain('You are ada')
  expect(await (await fetch(`${url}/tokens`, { headers: { cookie } })).text()).toContain(`login from ${hostname()}`)
  const kept = readFileSync(join(home, '.config', 'houston', 'tokens.json'), 'utf8')
  const status = at('status', 'prod')
  expect(await status.done, status.app.stderr()).toBe(0)
  const logout = at('logout')
  expect([await logout.done, logout.app.stderr()]).toEqual([0, expect.stringContaining('revoked')])
  const [secret = ''] = Object.values(z.record(z.string(), z.string()).parse(JSON.parse(kept)))
  expect(await houston(secret, 'status')).toMatchObject({ code: 4, err: expect.stringContaining('does not know') })
  expect(house.server.said.join('\n')).toContain('a terminal was let in')
  for (const hidden of [secret, code, code.replace('-', '')]) expect(house.server.said.join('\n')).not.toContain(hidden)
  rmSync(home, { recursive: true })
})

/** Resolves as soon as it stands there: then the terminal waits. */
function shownBy({ screen, stderr }: FakeApp): Promise<{ code: string; page: string }> {
  const print = screen.err.print.bind(screen.err)
  return new Promise((resolve) => {
    screen.err.print = (lines) => {
      print(lines)
      const [, page, code] = /Open +(\S+)\nand type +(\S+)/.exec(stderr()) ?? []
      if (page !== undefined && code !== undefined) resolve({ code, page })
    }
  })
}

it('nothing that proves anybody is in the log', async () => {
  const { secret } = await tokenOf(await signIn(house.ada))
  await houston(secret, 'status')
  const said = house.server.said.join('\n')
  for (const secretText of [secret, 'the-secret-of-sign-ins', 'houston-session=', 'ghu_'])
    expect(said).not.toContain(secretText)
  expect(said).toContain('signed in')
})

// houston login and logout: by a page or pasted, whose token is kept, where, and who else can read it; and that HOUSTON_URL is enough
// afterwards.

import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { runCli } from '../../../src/apps/cli/run-cli.ts'
import { awaitToken, beginLogin } from '../../../src/apps/cli/server/device-login.ts'
import { browserOf } from '../../../src/apps/cli/server/open-browser.ts'
import { openServedApi, type ServedApi } from '../../support/served-api.ts'
import { appOf } from './app-of.ts'

let served: ServedApi
let home: string
beforeAll(async () => {
  served = await openServedApi()
})
afterAll(() => served.close())
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'houston-home-'))
})
afterEach(() => rmSync(home, { recursive: true }))

const file = () => join(home, '.config', 'houston', 'tokens.json')

async function cli(words: string[], { answers, env = {} }: { answers?: string[]; env?: Record<string, string> } = {}) {
  const app = appOf({ env: { HOME: home, NO_COLOR: '1', ...env }, ...(answers && { answers, tty: true }) })
  const code = await runCli(words, app)
  return { code, out: app.stdout(), err: app.stderr() }
}

it('keeps a token that the server knows, for this person alone, and HOUSTON_URL is enough then', async () => {
  const token = await served.tokenOf('42')
  const { code, out } = await cli(['login', served.url, '--token'], { answers: [`  ${token} `] })
  expect([code, out]).toEqual([0, expect.stringContaining('You are ada')])
  expect(JSON.parse(readFileSync(file(), 'utf8'))).toEqual({ [served.url]: token })
  expect(statSync(file()).mode & 0o777).toBe(0o600)
  expect(statSync(join(home, '.config', 'houston')).mode & 0o777).toBe(0o700)

  const env = { HOUSTON_URL: `${served.url}/` }
  const status = await cli(['plan', 'prod', 'r1'], { env })
  expect([status.code, status.out]).toEqual([0, expect.stringContaining('r1')])
  const out2 = await cli(['logout'], { env })
  expect([out2.code, out2.err]).toEqual([0, expect.stringContaining('revoked')])
  expect(existsSync(file())).toBe(false)
  expect((await cli(['status', '--data', join(home, 'none')], { env })).err).toContain('no data directory')
})

it('keeps nothing that the server does not know', async () => {
  const { code, err } = await cli(['login', served.url, '--token'], { answers: ['hst_wrong'] })
  expect([code, err]).toEqual([4, expect.stringContaining('does not know the token')])
  expect(existsSync(file())).toBe(false)
})

it('a token of one server is never shown to another', async () => {
  const other = await openServedApi()
  await cli(['login', served.url, '--token'], { answers: [await served.tokenOf('42')] })
  await cli(['status', '--file', 'none.yml'], { env: { HOUSTON_URL: other.url, HOUSTON_DATA: join(home, 'none') } })
  expect(other.requests).toEqual([])
  await other.close()
})

it.each([
  ['no server', ['login'], 'No server was named'],
  ['plain HTTP to another machine', ['login', 'http://houston.acme.dev'], 'plain HTTP'],
  ['no address', ['login', 'houston'], 'no address'],
])('%s', async (_, words, said) => {
  const { code, err } = await cli(words, { answers: ['hst_x'] })
  expect([code, err]).toEqual([2, expect.stringContaining(said)])
})

it('nobody can be asked', async () => {
  const { code, err } = await cli(['login', served.url, '--token'])
  expect([code, err]).toEqual([2, expect.stringContaining('HOUSTON_TOKEN')])
})

it('a damaged file is none, and is mended by the next login', async () => {
  const token = await served.tokenOf('42')
  await cli(['login', served.url, '--token'], { answers: [token] })
  writeFileSync(file(), '{"half')
  expect((await cli(['login', served.url, '--token'], { answers: [token] })).code).toBe(0)
  expect(JSON.parse(readFileSync(file(), 'utf8'))).toEqual({ [served.url]: token })
})

type Pass = Parameters<ServedApi['interject'][number]>[0]

const json = (status: number, body: object) => () => Response.json(body, { status })
const oauth = (error: string) => json(400, { error })
const account = { id: '42', login: 'ada' }
const PAGE = 'https://houston.acme.dev/device'
const CODES = { device_code: 'd', user_code: 'BBBB-CCCC', verification_uri: PAGE, expires_in: 900, interval: 0.5 }

describe('by the page', () => {
  it('shows an address and a code, waits, and keeps what came of it; logout ends it', async () => {
    const app = appOf({ env: { HOME: home, NO_COLOR: '1' } })
    const allow = async (pass: Pass) => {
      const [, code = ''] = /and type {2}(\S+)/.exec(app.stderr()) ?? []
      expect(await served.terminals.answer(code, account)).toMatchObject({ machine: hostname().slice(0, 60) })
      return await pass()
    }
    const through = (pass: Pass) => pass()
    served.interject.push(through, through, through, allow)
    expect(await runCli(['login', served.url, '--scope', 'look'], app)).toBe(0)
    expect(app.stderr()).toContain(`Open      ${PAGE}`)
    expect(app.stdout()).toContain('You are ada')
    expect(app.stdout()).toContain('may look as far')
    const [token = ''] = Object.values(z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(file(), 'utf8'))))
    expect(app.stdout() + app.stderr()).not.toContain(token)
    const env = { HOUSTON_URL: served.url }
    expect((await cli(['rollback', 'prod'], { env })).code).toBe(4)
    expect((await cli(['logout'], { env })).err).toContain('revoked')
    expect((await cli(['status'], { env: { ...env, HOUSTON_TOKEN: token } })).err).toContain('does not know the token')
  })

  it('is told no', async () => {
    served.interject.push(json(401, {}), json(200, CODES), oauth('access_denied'))
    const { code, err } = await cli(['login', served.url])
    expect([code, err]).toEqual([4, expect.stringContaining('denied')])
    expect(existsSync(file())).toBe(false)
  })

  it('a server where somebody works alone needs none', async () => {
    served.interject.push(json(200, { person: { via: 'terminal', id: '1', name: 'ada' }, by: 'alone' }))
    const { code, out, err } = await cli(['login', served.url])
    expect([code, out]).toEqual([0, expect.stringContaining('needs no login')])
    expect(err).toContain('without HOUSTON_URL')
  })

  it.each([
    ['nobody can sign in there', [json(401, {}), json(404, {})], '--token'],
    [
      'it sends people to no page',
      [json(401, {}), json(200, { ...CODES, verification_uri: 'file:///etc/passwd' })],
      'version',
    ],
    [
      'it wants another scope',
      [json(401, {}), json(400, { error: 'invalid_scope', error_description: 'look or act' })],
      'look or act',
    ],
    ['it is no Houston', [json(401, {}), json(200, { hello: 'you' })], 'version'],
  ])('gets nothing where %s', async (_, answers, said) => {
    served.interject.push(...answers)
    const { code, err } = await cli(['login', served.url])
    expect(code).not.toBe(0)
    expect(err).toContain(said)
    expect(existsSync(file())).toBe(false)
  })

  it('what a server writes stays text', async () => {
    served.interject.push(json(401, {}), json(200, { ...CODES, user_code: 'A\u001b[2JB' }), oauth('access_denied'))
    expect((await cli(['login', served.url])).err).toContain('A\\x1b[2JB')
  })
})

describe('waiting', () => {
  const waits: number[] = []
  beforeEach(() => void waits.splice(0))
  const wait = (codes = { ...CODES, interval: 5 }) => awaitToken(served.url, codes, async (ms) => void waits.push(ms))
  const token = json(200, { access_token: 'hst_x', token_type: 'Bearer', expires_in: 60, scope: 'act' })

  it('asks as slowly as it is told to, and slower after a lost answer', async () => {
    const lost = () => {
      served.cut()
      return new Response()
    }
    served.interject.push(oauth('authorization_pending'), oauth('slow_down'), oauth('authorization_pending'), lost)
    served.interject.push(json(503, {}), token)
    expect(await wait()).toBe('hst_x')
    expect(waits).toEqual([5_000, 5_000, 10_000, 10_000, 15_000, 20_000])
  })

  it('is never a loop without breath', async () => {
    served.interject.push(token)
    await wait({ ...CODES, interval: 0 })
    expect(waits).toEqual([500])
  })

  it.each(['expired_token', 'invalid_grant'])('ends with %s', async (error) => {
    served.interject.push(oauth(error))
    await expect(wait()).rejects.toMatchObject({ code: 4 })
  })

  it('ends when the time is over, whatever the server says', async () => {
    served.interject.push(...Array.from({ length: 6 }, () => oauth('authorization_pending')))
    await expect(wait({ ...CODES, interval: 5, expires_in: 30 })).rejects.toMatchObject({ code: 4 })
    expect([waits.length, served.interject.splice(0).length]).toEqual([6, 0])
  })

  it('somebody who is away cannot be asked', async () => {
    await expect(beginLogin('http://127.0.0.1:1', { machine: 'm' })).rejects.toMatchObject({ code: 5 })
  })
})

it('logout of a server that is away forgets, and says what is left', async () => {
  await cli(['login', served.url, '--token'], { answers: [await served.tokenOf('42')] })
  served.interject.push(json(500, {}))
  const { code, err } = await cli(['logout', served.url])
  expect([code, err]).toEqual([5, expect.stringContaining('could not be revoked')])
  expect(existsSync(file())).toBe(false)
})

it.each([
  [{ DISPLAY: ':0' }, 'linux', 'xdg-open'],
  [{ WAYLAND_DISPLAY: 'w' }, 'linux', 'xdg-open'],
  [{}, 'darwin', 'open'],
  [{}, 'linux', undefined],
  [{ DISPLAY: ':0', SSH_CONNECTION: '1.2.3.4' }, 'linux', undefined],
  [{ SSH_CONNECTION: '1.2.3.4' }, 'darwin', undefined],
] as const)('a screen with %j on %s: %s', (env, platform, program) => expect(browserOf(env, platform)).toBe(program))

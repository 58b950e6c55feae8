// houston login and logout: whose token is kept, where, and who else can read it; and that HOUSTON_URL is enough afterwards.

import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { runCli } from '../../../src/apps/cli/run-cli.ts'
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
  const { code, out } = await cli(['login', served.url], { answers: [`  ${token} `] })
  expect([code, out]).toEqual([0, expect.stringContaining('You are ada')])
  expect(JSON.parse(readFileSync(file(), 'utf8'))).toEqual({ [served.url]: token })
  expect(statSync(file()).mode & 0o777).toBe(0o600)
  expect(statSync(join(home, '.config', 'houston')).mode & 0o777).toBe(0o700)

  const env = { HOUSTON_URL: `${served.url}/` }
  const status = await cli(['plan', 'prod', 'r1'], { env })
  expect([status.code, status.out]).toEqual([0, expect.stringContaining('r1')])
  expect((await cli(['logout'], { env })).code).toBe(0)
  expect(existsSync(file())).toBe(false)
  expect((await cli(['status', '--data', join(home, 'none')], { env })).err).toContain('no data directory')
})

it('keeps nothing that the server does not know', async () => {
  const { code, err } = await cli(['login', served.url], { answers: ['hst_wrong'] })
  expect([code, err]).toEqual([4, expect.stringContaining('does not know the token')])
  expect(existsSync(file())).toBe(false)
})

it('a token of one server is never shown to another', async () => {
  const other = await openServedApi()
  await cli(['login', served.url], { answers: [await served.tokenOf('42')] })
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
  const { code, err } = await cli(['login', served.url])
  expect([code, err]).toEqual([2, expect.stringContaining('HOUSTON_TOKEN')])
})

it('a damaged file is none, and is mended by the next login', async () => {
  const token = await served.tokenOf('42')
  await cli(['login', served.url], { answers: [token] })
  writeFileSync(file(), '{"half')
  expect((await cli(['login', served.url], { answers: [token] })).code).toBe(0)
  expect(JSON.parse(readFileSync(file(), 'utf8'))).toEqual({ [served.url]: token })
})

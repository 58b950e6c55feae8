// What the doctor says of the GitHub App, with GitHub played at the network's edge.

import { generateKeyPairSync } from 'node:crypto'
import nock from 'nock'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { checkGithub } from '../../../src/apps/cli/doctor/github.ts'
import { readSettings } from '../../../src/config/read-settings.ts'

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const APP = {
  GITHUB_APP_ID: '7',
  GITHUB_PRIVATE_KEY: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
  GITHUB_WEBHOOK_SECRET: 'the present secret of tests',
}

beforeEach(() => nock.disableNetConnect())
afterEach(() => {
  nock.cleanAll()
  nock.enableNetConnect()
})

async function states(variables: Record<string, string>): Promise<[string, string][]> {
  const all = { HOUSTON_DATA: '/nowhere', HOUSTON_URL: 'https://houston.acme.dev', ...variables }
  const read = readSettings({ file: '' }, all)
  if (read.kind === 'faults') throw new Error(read.kind)
  return (await checkGithub(read.settings, all)).map(({ name, state }) => [name, state])
}

function github(url: string, installations_count: number, code?: number): void {
  const delivery = { event: 'push', delivered_at: '2026-01-01T00:00:00Z', status_code: code, status: 'x' }
  nock('https://api.github.com')
    .get('/app')
    .reply(200, { slug: 'houston', html_url: 'https://github.com/apps/houston', installations_count })
    .get('/app/hook/config')
    .reply(200, { url })
    .get('/app/hook/deliveries?per_page=5')
    .reply(200, code === undefined ? [] : [delivery])
}

const HOOK = 'https://houston.acme.dev/api/github/webhooks'

it.each([
  [HOOK, 1, 202, ['ok', 'ok', 'ok']],
  [HOOK, 0, undefined, ['warn', 'ok']],
  ['https://elsewhere.dev/', 1, 502, ['ok', 'warn', 'warn']],
])('%s, installed %i times, last answer %s: %o', async (url, installations, code, expected) => {
  github(url, installations, code)
  expect((await states(APP)).map(([, state]) => state)).toEqual(expected)
})

it('says nothing without an App, and what is wrong with one that is set badly', async () => {
  expect(await states({})).toEqual([])
  expect(await states({ ...APP, GITHUB_APP_ID: 'seven' })).toEqual([['GitHub App', 'fail']])
})

it.each([401, 404])('a key that GitHub answers %i to is not the App’s', async (status) => {
  nock('https://api.github.com').get('/app').reply(status, { message: 'no' })
  expect(await states(APP)).toEqual([['GitHub App', 'fail']])
})

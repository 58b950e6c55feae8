// Sign-in as a server has it: GitHub played at the network's edge, the App's credentials from a registration that may come at any
// moment, jobs of workflows for this server's own address.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Hono } from 'hono'
import nock from 'nock'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openRegistration, type Registration } from '../../../src/apps/github/door/registration.ts'
import { openIdentity } from '../../../src/apps/web/open-identity.ts'
import { createWeb } from '../../../src/web/app.ts'
import { render } from '../../../src/web/pages/render.ts'
import type { WebEnv } from '../../../src/web/who.ts'
import { API, privateKey } from '../../support/github-edge.ts'
import { memoryIdentity } from '../../support/memory-identity.ts'
import { makeSigner, publishKeys } from '../../support/workflow-token.ts'

const url = 'https://houston.acme.dev'
const APP = {
  ...{ GITHUB_APP_ID: '7', GITHUB_WEBHOOK_SECRET: 'a long enough secret' },
  GITHUB_PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
}
const CLIENT = { GITHUB_CLIENT_ID: 'Iv1.c', GITHUB_CLIENT_SECRET: 'shh' }

let directory: string
let registration: Registration
beforeEach(() => {
  nock.disableNetConnect()
  directory = mkdtempSync(join(tmpdir(), 'houston-identity-'))
  registration = openRegistration({ variables: {}, dataDirectory: directory })
})
afterEach(() => {
  nock.cleanAll()
  nock.enableNetConnect()
  rmSync(directory, { recursive: true })
})

function open() {
  const identity = memoryIdentity(() => 0)
  const faults: Error[] = []
  const { guards, rooms } = openIdentity({
    ...{ identity, registration, settings: { url }, listen: { host: '127.0.0.1', port: 8080 } },
    ...{ operator: { via: 'terminal', id: '1', name: 'root' }, scriptSources: [], newId: () => 'id', told: () => {} },
    frame: (context, { view, status }) => context.html(render(view), status ?? 200),
    failed: (fault) => void faults.push(fault),
  })
  const who = new Hono<WebEnv>().get('/api/v1/who', (context) => context.json(context.get('who')))
  const web = createWeb({
    guards,
    rooms: [...rooms, { path: '/', app: who }],
    failed: (fault) => void faults.push(fault),
  })
  // As the listener of @hono/node-server says it.
  const socket = { remoteAddress: '192.0.2.1', remotePort: 1, remoteFamily: 'IPv4' }
  const env = { incoming: { httpVersion: '1.1', socket } }
  return { ask: async (path: string, headers = {}) => await web.request(`${url}${path}`, { headers }, env), faults }
}

it('nobody signs in without an App, nobody is alone where others come, and an App that is made later works at once', async () => {
  const { ask } = open()
  expect((await ask('/sign-in')).status).toBe(404)
  expect(await (await ask('/api/v1/who')).json()).toEqual({ kind: 'nobody' })
  registration.keep({ ...APP, ...CLIENT })
  const left = await ask('/sign-in')
  expect([left.status, left.headers.get('location')]).toEqual([303, expect.stringContaining('client_id=Iv1.c')])
})

it('an App from before there was sign-in has no credentials for it, and says so', async () => {
  registration.keep(APP)
  expect((await open().ask('/sign-in')).status).toBe(404)
})

it('somebody signs in with GitHub and is themselves', async () => {
  registration.keep({ ...APP, ...CLIENT })
  const { ask, faults } = open()
  const left = await ask('/sign-in?to=/locks')
  const to = new URL(left.headers.get('location') ?? '')
  expect(to.searchParams.get('redirect_uri')).toBe(`${url}/sign-in/callback`)
  nock('https://github.com').post('/login/oauth/access_token').reply(200, { access_token: 'ghu_x' })
  nock(API).get('/user').reply(200, { id: 42, login: 'ada' })
  const cookie = cookieOf(left)
  const back = await ask(`/sign-in/callback?code=c&state=${to.searchParams.get('state')}`, { cookie })
  expect([back.status, back.headers.get('location'), faults]).toEqual([303, '/locks', []])
  expect(await (await ask('/api/v1/who', { cookie: cookieOf(back) })).json()).toMatchObject({
    person: { via: 'github', id: '42', name: 'ada' },
  })
})

it('a job proves itself to this server’s own address', async () => {
  registration.keep(APP)
  const signer = await makeSigner()
  publishKeys(signer)
  const { ask } = open()
  const asked = async (aud: string) =>
    await ask('/api/v1/who', { authorization: `Bearer ${await signer.sign({ aud })}` })
  expect(await (await asked(url)).json()).toMatchObject({ by: 'workflow', person: { id: '74/42' } })
  expect((await asked('https://houston.evil.dev')).status).toBe(401)
})

function cookieOf(response: Response): string {
  const lines = response.headers.getSetCookie().filter((line) => !/max-age=0/i.test(line))
  return lines.map((line) => line.split(';')[0]).join('; ')
}

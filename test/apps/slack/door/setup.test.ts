// From the link in the log to a workspace that works, over real HTTP and a stand-in of Slack: who is let in, what Slack is asked, and
// what is kept.

import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { serveHttp } from '../../../../src/apps/server/serve-http.ts'
import { openSetupGate, type SetupGate } from '../../../../src/apps/setup/gate.ts'
import { openSlackRegistration, type SlackRegistration } from '../../../../src/apps/slack/door/registration.ts'
import { SETUP_PATH, TOKENS_PATH } from '../../../../src/apps/slack/door/setup-page.ts'
import { setupRoutes } from '../../../../src/apps/slack/door/setup-routes.ts'
import { readSettings } from '../../../../src/config/read-settings.ts'
import { type SlackStandIn, startSlackStandIn } from '../../../support/slack-stand-in/stand-in.ts'

const GRANTS = 'identities: { prod: { key_file: /k, allow: [{ repository: a/b, environments: [p], hosts: [h] }] } }\n'
const SLACK = `slack:
  channels: [{ channel: C0DEPLOYS, application: shop }, { channel: C0RANDOM, application: shop, environments: [dev] }]
  commands: { deploy: /ship }
`

let slack: SlackStandIn
let directory: string
let registration: SlackRegistration
let gate: SetupGate
let at: string
let close: () => void

beforeEach(async () => {
  slack = await startSlackStandIn()
  directory = mkdtempSync(join(tmpdir(), 'houston-slack-'))
  const variables = { HOUSTON_DATA: directory, SLACK_API_URL: slack.apiUrl }
  const read = readSettings({ text: GRANTS + SLACK, file: 'f' }, variables)
  if (read.kind === 'faults') throw new Error(JSON.stringify(read.faults))
  registration = openSlackRegistration({ variables, settings: read.settings })
  gate = openSetupGate()
  const failed = () => {}
  const url = 'http://127.0.0.1'
  const routes = setupRoutes({ gate, registration, settings: read.settings, url, failed })
  const { server, address } = await serveHttp({ listen: { host: '127.0.0.1', port: 0 }, routes, failed })
  at = `http://${address}`
  close = () => {
    server.closeAllConnections()
    server.close()
  }
})
afterEach(async () => {
  close()
  rmSync(directory, { recursive: true, force: true })
  await slack.close()
})

async function enter(): Promise<string> {
  const response = await fetch(`${at}${SETUP_PATH}?token=${gate.token}`, { redirect: 'manual' })
  expect(response.status).toBe(303)
  return response.headers.get('set-cookie')?.split(';', 1)[0] ?? ''
}

async function show(cookie: string): Promise<string> {
  return await (await fetch(at + SETUP_PATH, { headers: { cookie } })).text()
}

function stateIn(page: string): string {
  return /name="state" value="([^"]+)"/.exec(page)?.[1] ?? ''
}

async function submit(cookie: string, fields: Record<string, string>) {
  const response = await fetch(at + TOKENS_PATH, {
    method: 'POST',
    headers: { cookie },
    body: new URLSearchParams(fields),
    redirect: 'manual',
  })
  return { status: response.status, text: await response.text() }
}

it('offers the manifest, tries the tokens, keeps them, and works without a restart', async () => {
  const cookie = await enter()
  const form = await show(cookie)
  const [, link = ''] = /href="([^"]+)"/.exec(form) ?? []
  const offered = new URL(link.replaceAll('&#38;', '&'))
  expect(offered.origin + offered.pathname).toBe('https://api.slack.com/apps')
  expect(offered.searchParams.get('manifest_yaml')).toContain('command: /ship')
  const { SLACK_APP_TOKEN: app, SLACK_BOT_TOKEN: bot } = slack.variables
  expect((await submit(cookie, { state: stateIn(form), bot, app })).status).toBe(303)
  expect(registration.current().map(({ team }) => team)).toEqual(['T0ACME'])
  expect(slack.log.map(({ method }) => method)).toEqual(['auth.test', 'apps.connections.open'])
  const file = join(directory, 'slack-app.json')
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
    SLACK_BOT_TOKEN: bot,
    SLACK_APP_TOKEN: app,
    SLACK_TEAM: 'T0ACME',
  })
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const done = await show(cookie)
  expect(done).toContain('<strong>acme</strong>')
  expect(done).toMatch(/C0DEPLOYS.*shop.*all.*ok/)
  expect(done).toMatch(/C0RANDOM.*dev.*invite the app/)
  expect(done + form).not.toContain(bot)
})

it.each([
  [
    'a bot token that Slack does not know',
    { bot: 'xoxb-wrong', app: 'xapp-1-A0HOUSTON-stand-in' },
    502,
    'The bot token is not taken by Slack: invalid_auth.',
  ],
  [
    'an app-level token that Slack does not know',
    { bot: 'xoxb-acme', app: 'xapp-wrong' },
    502,
    'The app-level token is not taken by Slack: invalid_auth.',
  ],
  ['tokens that were mixed up', { bot: 'xapp-1', app: 'xoxb-1' }, 400, 'SLACK_BOT_TOKEN is not a bot token'],
  ['no token', {}, 400, 'No token was given.'],
  ['too much', { bot: 'x'.repeat(10_000) }, 413, 'more than three tokens'],
])('%s: nothing is kept', async (_, fields, status, words) => {
  const cookie = await enter()
  const answered = await submit(cookie, { state: stateIn(await show(cookie)), ...fields })
  expect([answered.status, registration.current()]).toEqual([status, []])
  expect(answered.text).toContain(words)
})

it('lets nobody in without the link, takes each form once, and nobody new when it is done', async () => {
  const { SLACK_APP_TOKEN: app, SLACK_BOT_TOKEN: bot } = slack.variables
  expect((await fetch(at + SETUP_PATH)).status).toBe(403)
  expect((await fetch(`${at}${SETUP_PATH}?token=guess`)).status).toBe(403)
  expect((await submit('houston_setup=guess', { bot, app })).status).toBe(403)
  const cookie = await enter()
  const state = stateIn(await show(cookie))
  expect((await submit(cookie, { state: 'guess', bot, app })).status).toBe(400)
  await show(cookie)
  expect((await submit(cookie, { state, bot, app })).status).toBe(400)
  expect((await submit(cookie, { state: stateIn(await show(cookie)), bot, app })).status).toBe(303)
  expect((await fetch(`${at}${SETUP_PATH}?token=${gate.token}`)).status).toBe(403)
})

// Slack's tokens, checked at the start: every fault at once, in words, without what a secret holds; and where they may be.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { BadSlackCredentials, openSlackRegistration } from '../../../../src/apps/slack/door/registration.ts'
import { readSettings } from '../../../../src/config/read-settings.ts'
import type { Variables } from '../../../../src/config/settings.ts'

const BOT = 'xoxb-1-abc'
const SECRET = 'f00df00df00df00df00df00df00df00d'
const APP = 'xapp-1-A0-abc'
const GRANTS = 'identities: { prod: { key_file: /k, allow: [{ repository: a/b, environments: [p], hosts: [h] }] } }\n'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'houston-slack-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

function open(variables: Variables, slack = '') {
  const all = { HOUSTON_DATA: directory, ...variables }
  const read = readSettings({ file: 'f', ...(slack !== '' && { text: GRANTS + slack }) }, all)
  if (read.kind === 'faults') throw new Error(JSON.stringify(read.faults))
  return openSlackRegistration({ variables: all, settings: read.settings })
}

function faults(variables: Variables, slack = ''): readonly string[] {
  try {
    open(variables, slack)
  } catch (error) {
    if (error instanceof BadSlackCredentials) return error.faults
    throw error
  }
  return []
}

it.each<[string, Variables, readonly string[]]>([
  ['nothing', {}, []],
  ['Socket Mode', { SLACK_BOT_TOKEN: BOT, SLACK_APP_TOKEN: APP }, []],
  ['HTTP', { SLACK_BOT_TOKEN: BOT, SLACK_SIGNING_SECRET: SECRET }, []],
  ['no bot token', { SLACK_APP_TOKEN: APP }, ['SLACK_BOT_TOKEN is missing']],
  [
    'no way in',
    { SLACK_BOT_TOKEN: BOT },
    ['SLACK_APP_TOKEN (for Socket Mode) or SLACK_SIGNING_SECRET (for HTTP) is missing'],
  ],
  [
    'tokens that were mixed up, and a short secret',
    { SLACK_BOT_TOKEN: APP, SLACK_APP_TOKEN: BOT, SLACK_SIGNING_SECRET: 'short' },
    [
      'SLACK_BOT_TOKEN is not a bot token: it begins with xoxb-',
      'SLACK_SIGNING_SECRET is not a signing secret: it has at least 16 characters',
      'SLACK_APP_TOKEN is not an app-level token: it begins with xapp-',
    ],
  ],
  [
    'both ways',
    { SLACK_BOT_TOKEN: BOT, SLACK_BOT_TOKEN_FILE: '/f', SLACK_APP_TOKEN: APP },
    ['SLACK_BOT_TOKEN is set, and so is SLACK_BOT_TOKEN_FILE: set one of them'],
  ],
  [
    'a file that is not there',
    { SLACK_BOT_TOKEN_FILE: '/none', SLACK_APP_TOKEN: APP },
    ['SLACK_BOT_TOKEN_FILE cannot be read from /none: ENOENT'],
  ],
  ['an address that is none', { SLACK_API_URL: 'slack' }, ['SLACK_API_URL is not a URL']],
])('%s', (_, variables, expected) => {
  expect(faults(variables)).toEqual(expected)
  expect(expected.join(' ')).not.toContain('abc')
})

it('a token may be in a file', () => {
  const file = join(directory, 'bot')
  writeFileSync(file, `${BOT}\n`)
  expect(open({ SLACK_BOT_TOKEN_FILE: file, SLACK_APP_TOKEN: APP }).current()[0]?.botToken.reveal()).toBe(BOT)
})

it('the workspaces of the settings stand beside it, with their own app or without', () => {
  const slack =
    'slack: { workspaces: [{ team: T1AA, token_env: ONE }, { team: T2BB, token_env: TWO, app_token_env: OWN }] }'
  const variables = { SLACK_BOT_TOKEN: BOT, SLACK_APP_TOKEN: APP, ONE: 'xoxb-one', TWO: 'xoxb-two', OWN: 'xapp-own' }
  const found = open(variables, slack)
    .current()
    .map(({ team, appToken }) => [team, appToken?.reveal()])
  expect(found).toEqual([
    [undefined, APP],
    ['T1AA', undefined],
    ['T2BB', 'xapp-own'],
  ])
  expect(faults({ ...variables, TWO: '' }, slack)).toEqual([
    'slack.workspaces: the token of T2BB: the environment variable TWO is not set',
  ])
})

it('a channel needs its workspace where there are several', () => {
  const slack = 'slack: { workspaces: [{ team: T1AA, token_env: ONE }], channels: [{ channel: C12, application: a }] }'
  const variables = { ONE: 'xoxb-one' }
  expect(faults(variables, slack)).toEqual([])
  expect(faults({ ...variables, SLACK_BOT_TOKEN: BOT, SLACK_APP_TOKEN: APP }, slack)).toEqual([
    'slack.channels: C12 needs its team: there are several',
  ])
})

it('what Slack said of a token is known after a restart, of that token alone', () => {
  const first = open({ SLACK_BOT_TOKEN: BOT, SLACK_APP_TOKEN: APP })
  const [workspace] = first.current()
  if (workspace) first.learn(workspace, 'T0ACME')
  expect(first.current()[0]?.team).toBe('T0ACME')
  expect(open({ SLACK_BOT_TOKEN: BOT, SLACK_APP_TOKEN: APP }).current()[0]?.team).toBe('T0ACME')
  expect(open({ SLACK_BOT_TOKEN: 'xoxb-other', SLACK_APP_TOKEN: APP }).current()[0]?.team).toBeUndefined()
})

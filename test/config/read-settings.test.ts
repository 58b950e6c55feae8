// The operator's settings: defaults, environment variables, faults, and secrets that stay secret.

import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { formatFaults } from '../../src/config/fault.ts'
import { readSettings } from '../../src/config/read-settings.ts'
import type { Settings, Variables } from '../../src/config/settings.ts'

const FILE = 'houston.server.yml'
const ALLOW = 'allow: [{ repository: acme/*, environments: production, hosts: ["web*.acme.dev"] }]'

function settings(text: string | undefined, variables: Variables): Settings {
  const result = readSettings({ file: FILE, ...(text !== undefined && { text }) }, variables)
  if (result.kind === 'faults') throw new Error(formatFaults(result.faults))
  return result.settings
}

function faults(text: string | undefined, variables: Variables = {}): string[] {
  const result = readSettings({ file: FILE, ...(text !== undefined && { text }) }, variables)
  return result.kind === 'ok'
    ? []
    : result.faults.map(({ file, line, column, path, message }) => `${file}:${line}:${column} ${path}: ${message}`)
}

const NO_SLACK = {
  workspaces: [],
  channels: [],
  people: new Map(),
  commands: { deploy: '/deploy', rollback: '/rollback' },
}

test("without a file: a person's own agent and key, for everything, and it says so", () => {
  const read = settings(undefined, { HOME: '/home/kim', SSH_AUTH_SOCK: '/run/agent' })
  expect(read).toEqual({
    source: 'default',
    dataDirectory: './data',
    knownHosts: ['/home/kim/.ssh/known_hosts', '/etc/ssh/ssh_known_hosts'],
    identities: new Map([
      [
        'default',
        {
          name: 'default',
          keys: [
            { kind: 'agent', socket: '/run/agent' },
            { kind: 'file', file: '/home/kim/.ssh/id_ed25519' },
          ],
          allow: [{ repository: '*', environments: ['*'], hosts: ['*'] }],
        },
      ],
    ]),
    listen: { host: '127.0.0.1', port: 8080 },
    slack: NO_SLACK,
    ssh: {
      maxSessions: 200,
      maxSessionsPerEnvironment: 160,
      dials: { perSecond: 1000, atOnce: 100 },
      deadlines: { dialMs: 10_000, loginMs: 20_000, openMs: 20_000, attachMs: 60_000 },
      keepalive: { intervalMs: 10_000, count: 3 },
    },
  })
})

test('without an agent only the key file is tried', () => {
  const keys = settings(undefined, { HOME: '/h' }).identities.get('default')?.keys
  expect(keys).toEqual([{ kind: 'file', file: '/h/.ssh/id_ed25519' }])
})

test('a file', () => {
  const read = settings(
    `data: ~/houston
known_hosts: [/etc/houston/known_hosts]
identities:
  prod: { key_file: ~/keys/prod, passphrase_env: PASS, ${ALLOW} }
  ci: { key_env: CI_KEY, ${ALLOW} }
  mine: { agent: true, ${ALLOW} }
ssh: { max_sessions: 50, dials: { per_second: 20 }, deadlines: { dial: 5s }, keepalive: { count: 5 } }
`,
    { HOME: '/h', PASS: 'p', CI_KEY: 'k', SSH_AUTH_SOCK: '/s' },
  )
  expect(read).toMatchObject({ source: 'file', dataDirectory: '/h/houston', knownHosts: ['/etc/houston/known_hosts'] })
  expect([...read.identities.values()].map(({ keys }) => keys[0]?.kind)).toEqual(['file', 'text', 'agent'])
  expect(read.identities.get('prod')?.keys).toMatchObject([{ file: '/h/keys/prod' }])
  expect(read.identities.get('ci')?.allow).toEqual([
    { repository: 'acme/*', environments: ['production'], hosts: ['web*.acme.dev'] },
  ])
  expect(read.ssh).toEqual({
    maxSessions: 50,
    maxSessionsPerEnvironment: 40,
    dials: { perSecond: 20, atOnce: 100 },
    deadlines: { dialMs: 5000, loginMs: 20_000, openMs: 20_000, attachMs: 60_000 },
    keepalive: { intervalMs: 10_000, count: 5 },
  })
})

test('the environment wins, and what is secret stays so', () => {
  const variables = { HOUSTON_DATA: '/srv/h', DATABASE_URL: 'postgres://u:geheim@db/houston', CI_KEY: 'schluessel' }
  const read = settings(`data: /elsewhere\nidentities: { ci: { key_env: CI_KEY, ${ALLOW} } }`, variables)
  expect(read.dataDirectory).toBe('/srv/h')
  expect(read.databaseUrl?.reveal()).toBe('postgres://u:geheim@db/houston')
  const [key] = read.identities.get('ci')?.keys ?? []
  expect(key?.kind === 'text' && key.pem.reveal()).toBe('schluessel')
  const seen = inspect(read, { depth: 9 }) + JSON.stringify([read, ...read.identities.values()])
  expect(seen).toContain('[REDACTED]')
  expect(seen).not.toMatch(/geheim|schluessel/)
})

test.each<[string, string, string[]]>([
  ['empty', '', ['1:1 : the file is empty']],
  ['no identities', 'data: /srv/h', ['1:1 identities: is missing']],
  ['no grant', 'identities: { prod: { key_file: k } }', ['1:15 identities.prod.allow: is missing']],
  [
    'an empty grant',
    'identities: { prod: { key_file: k, allow: [] } }',
    ['1:43 identities.prod.allow: is empty: nobody could use this key'],
  ],
  ['no key', `identities: { prod: { ${ALLOW} } }`, ['1:21 identities.prod: needs one of key_file, agent, key_env']],
  [
    'two keys',
    `identities: { prod: { key_file: k, agent: true, ${ALLOW} } }`,
    ['1:36 identities.prod.agent: excludes key_file'],
  ],
  [
    'a key that is not there',
    `identities: { prod: { key_env: KEY, ${ALLOW} } }`,
    ['1:32 identities.prod.key_env: the environment variable KEY is not set'],
  ],
  [
    'no agent',
    `identities: { prod: { agent: true, ${ALLOW} } }`,
    ['1:30 identities.prod.agent: the environment variable SSH_AUTH_SOCK is not set'],
  ],
  [
    'a misspelt key',
    `identities: { prod: { keyfile: k, ${ALLOW} } }`,
    ['1:23 identities.prod.keyfile: is not a key here: did you mean key_file?'],
  ],
  [
    'a repository without owner',
    'identities: { p: { key_file: k, allow: [{ repository: acme, environments: p, hosts: h }] } }',
    ['1:55 identities.p.allow[0].repository: "acme" is not a repository'],
  ],
  [
    'no hosts',
    'identities: { p: { key_file: k, allow: [{ repository: a/b, environments: p, hosts: [] }] } }',
    ['1:84 identities.p.allow[0].hosts: is empty: it would allow nothing'],
  ],
  [
    'a limit',
    `identities: { p: { key_file: k, ${ALLOW} } }\nssh: { max_sessions: 0 }`,
    ['2:22 ssh.max_sessions: is less than 1'],
  ],
  [
    'no known hosts',
    `identities: { p: { key_file: k, ${ALLOW} } }\nknown_hosts: []`,
    ['2:14 known_hosts: is empty: no host could be verified'],
  ],
])('%s', (_, text, expected) => {
  expect(faults(text)).toEqual(expected.map((line) => `${FILE}:${line}`))
})

test.each(['mysql://u:geheim@h/d', 'postgres://u:geheim@:x/', 'geheim'])('a database that is none: %s', (url) => {
  const said = faults(undefined, { DATABASE_URL: url })
  expect(said).toEqual(['environment variable DATABASE_URL:0:0 : is not the URL of a Postgres database'])
  const result = readSettings({ file: FILE }, { DATABASE_URL: url })
  const text = result.kind === 'faults' ? formatFaults(result.faults) : ''
  expect(text).toMatch(/^environment variable DATABASE_URL: is not/)
  expect(text).not.toContain('geheim')
})

test.each([
  [undefined, undefined, { host: '127.0.0.1', port: 8080 }],
  ['0.0.0.0:80', undefined, { host: '0.0.0.0', port: 80 }],
  ['0.0.0.0:80', '[::1]:9000', { host: '::1', port: 9000 }],
  [undefined, 'localhost:0', { host: 'localhost', port: 0 }],
])('listen: %s in the file, HOUSTON_LISTEN %s', (listen, variable, expected) => {
  const file = `identities: { a: { agent: true, ${ALLOW} } }\n${listen === undefined ? '' : `listen: ${listen}\n`}`
  const read = settings(file, { SSH_AUTH_SOCK: '/s', ...(variable !== undefined && { HOUSTON_LISTEN: variable }) })
  expect(read.listen).toEqual(expected)
})

test.each(['8080', '127.0.0.1', '127.0.0.1:65536', '::1:80', '-a:80', ':80'])(
  'HOUSTON_LISTEN %s is refused',
  (text) => {
    expect(faults(undefined, { HOUSTON_LISTEN: text })).toEqual([
      expect.stringContaining('environment variable HOUSTON_LISTEN:0:0'),
    ])
  },
)

test.each([
  [undefined, undefined, undefined],
  ['https://houston.acme.dev/', undefined, 'https://houston.acme.dev'],
  ['https://houston.acme.dev', 'http://10.0.0.7:8080/', 'http://10.0.0.7:8080'],
])('url: %s in the file, HOUSTON_URL %s', (url, variable, expected) => {
  const file = `identities: { a: { agent: true, ${ALLOW} } }\n${url === undefined ? '' : `url: ${url}\n`}`
  const read = settings(file, { SSH_AUTH_SOCK: '/s', ...(variable !== undefined && { HOUSTON_URL: variable }) })
  expect(read.url).toBe(expected)
})

test.each([
  'houston.acme.dev',
  'ftp://a',
  'javascript:alert(1)',
  'https://a?b',
  'https://a/#',
  'https://a/bot',
  'https://kim:pw@a',
])('HOUSTON_URL %s is refused', (text) => {
  expect(faults(undefined, { HOUSTON_URL: text })).toEqual([
    expect.stringContaining('environment variable HOUSTON_URL:0:0'),
  ])
})

const SLACK = `identities: { prod: { key_file: /k, ${ALLOW} } }\nslack:\n`

test('slack: workspaces, channels, people and commands', () => {
  const text = `${SLACK}  workspaces: [{ team: T024BE7LD, token_file: ~/acme }, { team: T1BB, token_env: OTHER, app_token_env: APP, signing_secret_file: /s }]
  channels: [{ channel: C024BE91L, application: storefront, environments: [prod*], repository: acme/storefront }]
  people: { U024BE7LR: ada, T1BB/W12: "17-b" }
  commands: { deploy: /ship }\n`
  expect(settings(text, { HOME: '/h' }).slack).toEqual({
    workspaces: [
      { team: 'T024BE7LD', token: { file: '/h/acme' } },
      { team: 'T1BB', token: { variable: 'OTHER' }, appToken: { variable: 'APP' }, signingSecret: { file: '/s' } },
    ],
    channels: [
      { channel: 'C024BE91L', application: 'storefront', environments: ['prod*'], repository: 'acme/storefront' },
    ],
    people: new Map([
      ['U024BE7LR', 'ada'],
      ['T1BB/W12', '17-b'],
    ]),
    commands: { deploy: '/ship', rollback: '/rollback' },
  })
})

test.each([
  ['channels: [{ channel: "#ops", application: a }]', '"#ops" is not the id of a channel'],
  ['channels: [{ channel: C12 }]', 'is missing'],
  ['workspaces: [{ team: acme, token_env: A }]', '"acme" is not the id of a workspace'],
  ['workspaces: [{ team: T12 }]', 'needs one of token_file, token_env'],
  ['workspaces: [{ team: T12, token: xoxb-1 }]', 'is not a key here'],
  ['people: { ada: U12 }', '"ada" is not the id of a member'],
  ['people: { U12: "a b" }', '"a b" is not a login of GitHub'],
  ['commands: { deploy: deploy }', '"deploy" is not a command'],
])('slack: %s', (line, message) => {
  expect(faults(`${SLACK}  ${line}\n`).join('\n')).toContain(message)
})

// A real server with a secret in every place that can hold one, beside a GitHub that repeats in its answers whatever token it was
// sent: nothing of it is ever in the log or in an answer.

import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { createServer as createPlainServer, type Server as PlainServer } from 'node:http'
import { createServer, type Server } from 'node:https'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { makeCertificate } from '../../support/github-stand-in/certificate.ts'
import { newDirectory } from '../../support/on-stores.ts'
import { openTerminal, type Running, type Terminal } from '../cli/houston-process.ts'

const CANARIES = {
  webhook: 'canary-webhook-0123456789',
  previous: 'canary-previous-0123456789',
  metrics: 'canary-metrics-0123456789',
  client: 'canary-client-0123456789',
  bot: 'xoxb-canary-bot-0123456789',
  app: 'xapp-canary-app-0123456789',
  signing: 'canary-signing-0123456789',
  database: 'canary-database-0123456789',
  header: 'canary-header-0123456789',
  cookie: 'canary-cookie-0123456789',
  query: 'canary-query-0123456789',
  body: 'canary-body-0123456789',
}

const folder = newDirectory()
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
/** What GitHub was sent, which are the server's own tokens. */
const sent: string[] = []
let github: Server
let slack: PlainServer
let terminal: Terminal
let server: Running

beforeAll(async () => {
  const certificate = makeCertificate()
  writeFileSync(join(folder.path, 'ca.pem'), certificate.cert)
  github = createServer({ ...certificate }, ({ headers }, response) => {
    const { authorization = '' } = headers
    sent.push(authorization)
    response.writeHead(500, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ message: `what is ${authorization} to me?`, token: authorization }))
  })
  await new Promise<void>((resolve) => github.listen(0, '127.0.0.1', resolve))
  slack = createPlainServer(({ headers }, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ ok: false, error: `who is ${headers.authorization}?` }))
  })
  await new Promise<void>((resolve) => slack.listen(0, '127.0.0.1', resolve))
  terminal = await openTerminal(['web1'], {
    GHE_HOST: `127.0.0.1:${portOf(github)}`,
    NODE_EXTRA_CA_CERTS: join(folder.path, 'ca.pem'),
    GITHUB_APP_ID: '7',
    GITHUB_PRIVATE_KEY: pem,
    GITHUB_WEBHOOK_SECRET: CANARIES.webhook,
    GITHUB_WEBHOOK_SECRET_PREVIOUS: CANARIES.previous,
    GITHUB_CLIENT_ID: 'Iv1.client',
    GITHUB_CLIENT_SECRET: CANARIES.client,
    HOUSTON_METRICS_TOKEN: CANARIES.metrics,
    SLACK_API_URL: `http://127.0.0.1:${portOf(slack)}/api/`,
    SLACK_BOT_TOKEN: CANARIES.bot,
    SLACK_APP_TOKEN: CANARIES.app,
    SLACK_SIGNING_SECRET: CANARIES.signing,
  })
  server = await terminal.serve()
}, 60_000)
afterAll(async () => {
  server?.child.kill('SIGKILL')
  await server?.ended
  await terminal?.close()
  github?.close()
  slack?.close()
  folder.remove()
})

function portOf(listening: Server | PlainServer): number {
  const place = listening.address()
  return typeof place === 'object' && place ? place.port : 0
}

it('a token that GitHub repeats is not in the log, and what went wrong is', { timeout: 30_000 }, async () => {
  const told = await server.line(({ reason }) => String(reason).includes('what is'))
  expect(told.reason).toMatch(/what is (bearer )?\[REDACTED\] to me\?/i)
  const tokens = sent.map((header) => header.split(' ').at(-1) ?? '').filter((text) => text.length > 20)
  expect(tokens.length).toBeGreaterThan(0)
  const log = JSON.stringify(server.said())
  for (const token of tokens) expect(log).not.toContain(token.slice(-30))
})

it('nor is what Slack repeats', { timeout: 30_000 }, async () => {
  await server.line(({ reason }) => String(reason).includes('who is'))
  const log = JSON.stringify(server.said())
  expect(log).not.toMatch(/canary-(bot|app)/)
})

it('a database that refuses is told without its password', { timeout: 30_000 }, async () => {
  const other = await openTerminal(['web1'], {
    DATABASE_URL: `postgres://houston:${CANARIES.database}@127.0.0.1:1/houston`,
  })
  const lost = other.start('serve', '--listen', '127.0.0.1:0')
  await new Promise<void>((resolve) => {
    let said = ''
    lost.child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk
      if (said.includes('trying again')) resolve()
    })
  })
  lost.child.kill('SIGKILL')
  const { err } = await lost.ended
  await other.close()
  expect(err).not.toContain(CANARIES.database)
})

it('nothing of what is sent to it comes back or is noted', { timeout: 30_000 }, async () => {
  const address = String(server.said().find(({ message }) => message === 'listening')?.address)
  const headers = {
    authorization: `Bearer ${CANARIES.header}`,
    cookie: `__Host-houston=${CANARIES.cookie}`,
    'x-hub-signature-256': `sha256=${CANARIES.header}`,
    'x-github-delivery': 'd1',
    'x-github-event': 'push',
  }
  const paths = [
    '/',
    '/metrics',
    '/github/webhooks',
    '/api/v1/rollouts',
    '/sign-in',
    '/sign-in/callback',
    '/slack/events',
  ]
  const answers = await Promise.all(
    paths.flatMap((path) =>
      (['GET', 'POST'] as const).map(async (method) => {
        const body = method === 'POST' ? JSON.stringify({ token: CANARIES.body }) : null
        const url = `http://${address}${path}?token=${CANARIES.query}&code=${CANARIES.query}`
        const answer = await fetch(url, { method, headers, body, redirect: 'manual' })
        return `${JSON.stringify([...answer.headers])} ${await answer.text()}`
      }),
    ),
  )
  const metrics = await fetch(`http://${address}/metrics`, { headers: { authorization: `Bearer ${CANARIES.metrics}` } })
  const log = JSON.stringify(server.said())
  // A page that asks for sign-in leads back to where somebody was: what they asked for, they get back themselves.
  expect(log).not.toContain(CANARIES.query)
  const { query: _, ...never } = CANARIES
  const everything = [...answers, await metrics.text(), log].join('\n')
  const key = pem.split('\n').slice(1, -2)
  for (const secret of [...Object.values(never), ...key]) expect(everything).not.toContain(secret)
})

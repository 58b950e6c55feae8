// From GitHub's bytes to Probot's handlers, through real stores and real jobs: once for each delivery, however often it comes and
// however many processes there are.

import { generateKeyPairSync } from 'node:crypto'
import type { Server } from 'node:http'
import type { Probot } from 'probot'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readCredentials } from '../../../../src/adapters/github/credentials.ts'
import type { OpenStore } from '../../../../src/adapters/postgres/open-store.ts'
import { systemClock } from '../../../../src/apps/cli/system-clock.ts'
import { systemIds } from '../../../../src/apps/cli/system-ids.ts'
import { Later } from '../../../../src/apps/desk/later.ts'
import { handleDelivery } from '../../../../src/apps/github/door/handle-delivery.ts'
import { openLink } from '../../../../src/apps/github/door/link.ts'
import { webhooksRoutes } from '../../../../src/apps/github/door/webhooks-route.ts'
import { serveHttp } from '../../../../src/apps/server/serve-http.ts'
import { Engine } from '../../../../src/engine/engine.ts'
import type { InboxRow } from '../../../../src/engine/ports-inbox.ts'
import { FakeRemote } from '../../../support/fake-remote.ts'
import { describeOnServer, openEmbedded, openOnServer } from '../../../support/on-stores.ts'
import { PostgresServer } from '../../../support/postgres-server.ts'
import { post, SECRET } from './post.ts'

const WITHIN = { timeout: 40_000, interval: 50 }
const AT_ONCE = 100

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const read = readCredentials({
  GITHUB_APP_ID: '7',
  GITHUB_PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  GITHUB_WEBHOOK_SECRET: SECRET,
})
if (read.kind !== 'ready') throw new Error(read.kind)
const { credentials } = read

type Running = { engine: Engine; server: Server; address: string; opened: OpenStore }

async function run(opened: OpenStore, app: (probot: Probot) => void, failed: string[]): Promise<Running> {
  const handler = handleDelivery(openLink({ current: () => credentials }), () => app)
  const { store, inbox, jobs } = opened
  const engine = new Engine({
    ...{ store, jobs: jobs.rollouts, remote: new FakeRemote(systemClock), clock: systemClock, ids: systemIds },
    inbox: { store: inbox, jobs: jobs.inbox, handlers: () => ({ github: handler }) },
    failed: (work, error) => failed.push(`${work} ${error}`),
  })
  await engine.start()
  const routes = webhooksRoutes({
    secrets: () => [credentials.webhookSecret],
    receive: () => (message) => engine.receive(message),
    failed: (fault) => failed.push(String(fault)),
  })
  const served = await serveHttp({
    listen: { host: '127.0.0.1', port: 0 },
    routes,
    failed: (fault) => failed.push(String(fault)),
  })
  return { engine, opened, ...served }
}

async function stop({ engine, server, opened }: Running): Promise<void> {
  server.closeAllConnections()
  server.close()
  await engine.stop()
  await opened.close()
}

/** Every delivery a hundred times at once, over all processes. */
async function eachOnce(opened: readonly OpenStore[]): Promise<void> {
  const handled: string[] = []
  const failed: string[] = []
  const tries = new Map<string, number>()
  const app = (probot: Probot) => {
    probot.on('push', ({ id, payload }) => {
      const count = (tries.get(id) ?? 0) + 1
      tries.set(id, count)
      if (id === 'broken-once' && count === 1) throw new Error('a bug')
      if (id === 'later-once' && count === 1) throw new Later(1, 'not yet')
      handled.push(`${id} ${payload.ref}`)
    })
  }
  const running = await Promise.all(opened.map((one) => run(one, app, failed)))
  try {
    const keys = ['plain', 'broken-once', 'later-once']
    const sends = keys.flatMap((key) => Array.from({ length: AT_ONCE }, (_, index) => ({ key, index })))
    const answers = await Promise.all(
      sends.map(({ key, index }) => {
        const address = running[index % running.length]?.address ?? ''
        return post(address, { body: `{"ref":"refs/heads/${key}"}`, headers: { 'x-github-delivery': key } })
      }),
    )
    expect(answers.filter(({ status }) => status !== 202)).toEqual([])
    expect(answers.filter(({ body }) => body.includes('new'))).toHaveLength(keys.length)
    const rows = () => Promise.all(keys.map((key) => opened[0]?.inbox.read(`github:${key}`)))
    await expect.poll(async () => (await rows()).map(stateOf), WITHIN).toEqual(keys.map(() => 'done'))
    expect(handled.sort()).toEqual(keys.map((key) => `${key} refs/heads/${key}`).sort())
    expect(failed).toEqual(['github:broken-once Error: a bug'])
  } finally {
    await Promise.all(running.map(stop))
  }
}

function stateOf(row: InboxRow | undefined): string | undefined {
  return row?.state
}

it('embedded: one handling for each delivery', { timeout: 60_000 }, async () => {
  await eachOnce([await openEmbedded()])
})

describeOnServer('server', (programs) => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await PostgresServer.start(programs)
  }, 60_000)
  afterAll(() => server?.close())

  describe('three processes', () => {
    it('one handling for each delivery', { timeout: 60_000 }, async () => {
      await eachOnce(await openOnServer(server, 3))
    })
  })
})

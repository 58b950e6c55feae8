// Identities: the contract, on the fake, on the embedded Postgres, and by two processes on a server.

import { afterAll, beforeAll, describe } from 'vitest'
import type { OpenStore } from '../../../src/adapters/postgres/open-store.ts'
import { identitySuite } from '../../support/identity-suite.ts'
import { memoryIdentity } from '../../support/memory-identity.ts'
import { describeOnServer, openEmbedded, openOnServer } from '../../support/on-stores.ts'
import { PostgresServer } from '../../support/postgres-server.ts'

describe('memory', () =>
  identitySuite(async () => {
    const identity = memoryIdentity(() => 1_000)
    return [identity, identity]
  }))

describe('embedded', () => {
  let opened: OpenStore
  beforeAll(async () => {
    opened = await openEmbedded()
  }, 60_000)
  afterAll(() => opened?.close())
  identitySuite(async () => {
    await forget(opened)
    return [opened.identity, opened.identity]
  })
})

describeOnServer('server', (programs) => {
  let server: PostgresServer
  let opened: OpenStore[]
  beforeAll(async () => {
    server = await PostgresServer.start(programs)
    opened = await openOnServer(server, 2)
  }, 60_000)
  afterAll(async () => {
    await Promise.all((opened ?? []).map((one) => one.close()))
    server?.close()
  })
  identitySuite(async () => {
    const [one, other] = opened
    if (!one || !other) throw new Error('there are no stores')
    await forget(one)
    return [one.identity, other.identity]
  })
})

async function forget({ ground }: OpenStore): Promise<void> {
  const tables = ['sign_in', 'session', 'token', 'terminal_ask', 'link_offer', 'slack_link'] as const
  for (const table of tables) await ground.db.read((kysely) => kysely.deleteFrom(`houston.${table}`).execute())
}

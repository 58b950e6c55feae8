// The store's contract, on the fake, on the embedded Postgres and on a server.

import { afterAll, beforeAll, describe } from 'vitest'
import { MemoryStore } from '../../../src/adapters/memory/store.ts'
import { describeOnServer, openEmbedded, openOnServer } from '../../support/on-stores.ts'
import { PostgresServer } from '../../support/postgres-server.ts'
import { storeSuite } from '../../support/store-suite.ts'

describe('memory', () => storeSuite(async () => ({ store: new MemoryStore(), close: async () => {} })))

describe('embedded', () => storeSuite(() => openEmbedded()))

describeOnServer('server', (programs) => {
  let server: PostgresServer | undefined
  beforeAll(async () => {
    server = await PostgresServer.start(programs)
  })
  afterAll(() => server?.close())

  storeSuite(async () => {
    if (!server) throw new Error('there is no server')
    const [opened] = await openOnServer(server)
    if (!opened) throw new Error('there is no store')
    return opened
  })
})

// The contract of locks and of the audit, on the fake, on the embedded Postgres and, by three ways at once, on a server.

import { afterAll, beforeAll, describe } from 'vitest'
import { MemoryStore } from '../../../src/adapters/memory/store.ts'
import { lockSuite } from '../../support/lock-suite.ts'
import { describeOnServer, openEmbedded, openOnServer } from '../../support/on-stores.ts'
import { PostgresServer } from '../../support/postgres-server.ts'

describe('memory', () => lockSuite(async () => ({ stores: [new MemoryStore()], close: async () => {} })))

describe('embedded', () =>
  lockSuite(async () => {
    const { store, close } = await openEmbedded()
    return { stores: [store], close }
  }))

describeOnServer('server', (programs) => {
  let server: PostgresServer | undefined
  beforeAll(async () => {
    server = await PostgresServer.start(programs)
  })
  afterAll(() => server?.close())

  lockSuite(async () => {
    if (!server) throw new Error('there is no server')
    const opened = await openOnServer(server, 3)
    return {
      stores: opened.map(({ store }) => store),
      close: async () => {
        await Promise.all(opened.map(({ close }) => close()))
      },
    }
  })
})

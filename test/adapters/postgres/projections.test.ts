// The contracts of the inbox and of projections, on the fakes, on the embedded Postgres and on a server.

import { afterAll, beforeAll, describe } from 'vitest'
import { inboxSuite } from '../../support/inbox-suite.ts'
import { MemoryStore } from '../../support/memory-store.ts'
import { describeOnServer, openEmbedded, openOnServer } from '../../support/on-stores.ts'
import { PostgresServer } from '../../support/postgres-server.ts'
import { projectionSuite } from '../../support/projection-suite.ts'

const close = async () => {}

describe('memory', () => {
  const open = async () => {
    const store = new MemoryStore()
    return { store, inbox: store.inbox, projections: store.projections, close }
  }
  inboxSuite(open)
  projectionSuite(open)
})

describe('embedded', () => {
  inboxSuite(() => openEmbedded())
  projectionSuite(() => openEmbedded())
})

describeOnServer('server', (programs) => {
  let server: PostgresServer | undefined
  beforeAll(async () => {
    server = await PostgresServer.start(programs)
  })
  afterAll(() => server?.close())

  const open = async () => {
    if (!server) throw new Error('there is no server')
    const [opened] = await openOnServer(server)
    if (!opened) throw new Error('there is no store')
    return opened
  }
  inboxSuite(open)
  projectionSuite(open)
})

// The contracts of the inbox, of intents and of projections, on the fakes, on the embedded Postgres and on a server.

import { afterAll, beforeAll, describe } from 'vitest'
import { MemoryStore } from '../../../src/adapters/memory/store.ts'
import type { OpenStore } from '../../../src/adapters/postgres/open-store.ts'
import { inboxSuite } from '../../support/inbox-suite.ts'
import { describeOnServer, openEmbedded, openOnServer } from '../../support/on-stores.ts'
import { PostgresServer } from '../../support/postgres-server.ts'
import { projectionSuite } from '../../support/projection-suite.ts'
import { storeIntentSuite } from '../../support/store-intent-suite.ts'

const close = async () => {}

type Opened = Pick<OpenStore, 'store' | 'inbox' | 'projections' | 'close'>

function suites(open: () => Promise<Opened>): void {
  inboxSuite(open)
  projectionSuite(open)
  describe('intents', () => {
    let opened: Opened | undefined
    beforeAll(async () => {
      opened = await open()
    })
    afterAll(() => opened?.close())
    storeIntentSuite(() => {
      if (!opened) throw new Error('there is no store')
      return opened.store
    })
  })
}

describe('memory', () => {
  suites(async () => {
    const store = new MemoryStore()
    return { store, inbox: store.inbox, projections: store.projections, close }
  })
})

describe('embedded', () => suites(() => openEmbedded()))

describeOnServer('server', (programs) => {
  let server: PostgresServer | undefined
  beforeAll(async () => {
    server = await PostgresServer.start(programs)
  })
  afterAll(() => server?.close())

  suites(async () => {
    if (!server) throw new Error('there is no server')
    const [opened] = await openOnServer(server)
    if (!opened) throw new Error('there is no store')
    return opened
  })
})

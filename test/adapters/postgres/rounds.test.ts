// Rounds: the contract, on the fake, on the embedded Postgres, and by two processes on a server.

import { afterAll, beforeAll, describe } from 'vitest'
import type { OpenStore } from '../../../src/adapters/postgres/open-store.ts'
import { memoryRounds } from '../../support/memory-rounds.ts'
import { describeOnServer, openEmbedded, openOnServer } from '../../support/on-stores.ts'
import { PostgresServer } from '../../support/postgres-server.ts'
import { roundsSuite } from '../../support/rounds-suite.ts'

describe('memory', () =>
  roundsSuite(async () => {
    const rounds = memoryRounds(() => 1_000)
    return [rounds, rounds]
  }))

describe('embedded', () => {
  let opened: OpenStore
  beforeAll(async () => {
    opened = await openEmbedded()
  }, 60_000)
  afterAll(() => opened?.close())
  roundsSuite(async () => {
    await forget(opened)
    return [opened.rounds, opened.rounds]
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
  roundsSuite(async () => {
    const [one, other] = opened
    if (!one || !other) throw new Error('there are no stores')
    await forget(one)
    return [one.rounds, other.rounds]
  })
})

async function forget({ ground }: OpenStore): Promise<void> {
  await ground.db.read((kysely) => kysely.deleteFrom('houston.round').execute())
}

// The suite of `Remote` on hosts that are reached through a runner, over Postgres.

import { afterAll, beforeAll, describe } from 'vitest'
import { describeOnServer } from '../../support/on-stores.ts'
import { PostgresServer } from '../../support/postgres-server.ts'
import { behindRunner, fakeBench, sshBench } from '../../support/remote-benches.ts'
import { remoteSuite } from '../../support/remote-suite.ts'
import { sshdMissing } from '../ssh/sshd.ts'

describeOnServer('hosts behind a runner', (programs) => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await PostgresServer.start(programs)
  })
  afterAll(() => server?.close())

  describe('in memory', () => remoteSuite(async () => behindRunner(server, await fakeBench())))

  describe.skipIf(sshdMissing)(`on a real SSH server ${sshdMissing ?? ''}`, () =>
    remoteSuite(async () => behindRunner(server, await sshBench())),
  )
})

// What every process asks several times a second must not cost more as the history grows.

import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connectServer } from '../../../src/adapters/postgres/connect-server.ts'
import type { Connection } from '../../../src/adapters/postgres/database.ts'
import { migrate } from '../../../src/adapters/postgres/migrate.ts'
import { pendingRollouts } from '../../../src/adapters/postgres/rollout-reads.ts'
import { describeOnServer } from '../../support/on-stores.ts'
import { PostgresServer } from '../../support/postgres-server.ts'

const ENDED_ROLLOUTS = 5_000

describeOnServer('on a server with many rollouts that have ended', (programs) => {
  let server: PostgresServer | undefined
  let connection: Connection | undefined
  beforeAll(async () => {
    server = await PostgresServer.start(programs)
    connection = await connectServer(await server.database(), () => {})
    await migrate(connection.kysely)
    await sql`insert into houston.rollout (id, kind, application, environment, release_id, work, hosts, cursor, phase,
        epoch, requested_by, created_at, trail_seq, trail_hash)
      select 'r' || i, 'deploy', 'a' || i % 50, 'e', 'r', to_json(repeat('w', 1500)), 1, '{}', 'succeeded',
        i, '{}', i, 1, '' from generate_series(1, ${ENDED_ROLLOUTS}) i`.execute(connection.kysely)
    await sql`analyze houston.rollout`.execute(connection.kysely)
  })
  afterAll(async () => {
    await connection?.close()
    server?.close()
  })

  it('what is pending is found without reading them', async () => {
    if (!connection) throw new Error('no connection')
    const plan = JSON.stringify(await pendingRollouts(connection.kysely).explain('text'))
    expect(plan).not.toMatch(/Seq Scan on rollout|by_age|by_environment/)
  })
})

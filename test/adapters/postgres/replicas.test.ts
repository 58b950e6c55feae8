// Who works on a store: the contract, on the fake and on the embedded Postgres; and the silent, by the database's clock.

import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectEmbedded } from '../../../src/adapters/postgres/connect-embedded.ts'
import { type Connection, Database } from '../../../src/adapters/postgres/database.ts'
import { migrate } from '../../../src/adapters/postgres/migrate.ts'
import { makeReplicas } from '../../../src/adapters/postgres/replica-rows.ts'
import { MemoryReplicas } from '../../support/memory-replicas.ts'
import { newDirectory } from '../../support/on-stores.ts'
import { replicaOf, replicasSuite } from '../../support/replicas-suite.ts'

describe('memory', () => replicasSuite(() => new MemoryReplicas()))

describe('embedded', () => {
  const directory = newDirectory()
  let connection: Connection
  beforeAll(async () => {
    connection = await connectEmbedded(join(directory.path, 'store'))
    await migrate(connection.kysely)
  })
  afterAll(async () => {
    await connection.close()
    directory.remove()
  })
  const open = () => makeReplicas(new Database(connection))
  const age = (ms: number) =>
    connection.statements.executeSql(`update houston.replica set beat_at = beat_at - ${ms} where id = 'silent'`, [])
  const rows = async () => (await connection.statements.executeSql('select id from houston.replica', [])).rows

  replicasSuite(open)

  it('does not list the silent, and forgets them after a while', async () => {
    const replicas = open()
    for (const id of ['silent', 'heard']) await replicas.beat(replicaOf(id))
    await age(11_000)
    expect((await replicas.living()).map(({ id }) => id)).toEqual(['heard'])
    expect(await rows()).toHaveLength(2)
    await age(3_600_000)
    await replicas.beat(replicaOf('heard'))
    expect(await rows()).toEqual([{ id: 'heard' }])
  })
})

// Behind a pooler in transaction mode each transaction may run in another session: nothing may be set in, or taken by, a session.

import { type Kysely, sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connectServer } from '../../../src/adapters/postgres/connect-server.ts'
import { type Connection, Database } from '../../../src/adapters/postgres/database.ts'
import { migrate } from '../../../src/adapters/postgres/migrate.ts'
import type { Tables } from '../../../src/adapters/postgres/tables.ts'
import { describeOnServer } from '../../support/on-stores.ts'
import { PostgresServer } from '../../support/postgres-server.ts'

describeOnServer('nothing is left in a session', (programs) => {
  let server: PostgresServer
  let connection: Connection
  beforeAll(async () => {
    server = await PostgresServer.start(programs)
    connection = await connectServer(await server.database(), () => {})
  })
  afterAll(async () => {
    await connection?.close()
    server?.close()
  })

  it('migrating takes a lock of its transaction, not of its session', async () => {
    const said: string[] = []
    await migrate(listened(connection.kysely, said))
    expect(said.join('\n')).toMatch(/pg_advisory_xact_lock/)
    expect(said.join('\n')).not.toMatch(/pg_advisory_(un)?lock/)
  })

  it('every transaction is cut when it rests, and only transactions know', async () => {
    const db = new Database(connection)
    const rest = async (on: Kysely<Tables>) =>
      (await sql<{ rest: string }>`select current_setting('idle_in_transaction_session_timeout') as rest`.execute(on))
        .rows[0]?.rest
    expect(await db.transaction(rest)).toBe('3s')
    expect(await db.read(rest)).toBe('0')
  })
})

function listened(db: Kysely<Tables>, said: string[]): Kysely<Tables> {
  return db.withPlugin({
    transformQuery: ({ node }) => {
      said.push(JSON.stringify(node))
      return node
    },
    transformResult: async ({ result }) => result,
  })
}

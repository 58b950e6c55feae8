// Postgres in this process (PGlite) on a directory. One connection: everything, also pg-boss, queues for it in Kysely's mutex.

import { PGlite } from '@electric-sql/pglite'
import { CompiledQuery, Kysely, PGliteDialect } from 'kysely'
import type { Connection } from './database.ts'
import type { Tables } from './tables.ts'

/** The caller holds the directory's lock. A commit is in the file system when it returns, so it outlives kill -9. */
export async function connectEmbedded(directory: string): Promise<Connection> {
  const pglite = await PGlite.create({ dataDir: directory, relaxedDurability: false })
  const kysely = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite }) })
  return {
    kysely,
    statements: {
      executeSql: async (text, values) =>
        await kysely.connection().execute(async (connection) => {
          if (values?.length)
            return { rows: [...(await connection.executeQuery(CompiledQuery.raw(text, values))).rows] }
          return { rows: await runScript(pglite, text) }
        }),
    },
    close: async () => {
      await kysely.destroy()
      if (!pglite.closed) await pglite.close()
    },
  }
}

/** pg-boss sends scripts of several statements, with their own BEGIN: one that fails must not leave its transaction open. */
async function runScript(pglite: PGlite, script: string): Promise<unknown[]> {
  try {
    const results = await pglite.exec(script)
    return results.flatMap((result) => result.rows)
  } catch (error) {
    await pglite.exec('ROLLBACK')
    throw error
  }
}

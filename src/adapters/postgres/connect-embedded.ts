// Postgres in this process (PGlite) on a directory. One connection: everything, also pg-boss, queues for it in Kysely's mutex.

import { execFile } from 'node:child_process'
import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { PGlite } from '@electric-sql/pglite'
import { CompiledQuery, Kysely, PGliteDialect } from 'kysely'
import type { Connection } from './database.ts'
import { brokenBy } from './errors.ts'
import type { Tables } from './tables.ts'

/** A rollout's working set is small; the default of 160 MB would be most of this process. */
const SETTINGS = ['shared_buffers = 16MB', 'wal_buffers = 1MB']

// Only V8's baseline compiler for WebAssembly. Optimising Postgres's largest functions takes half a gigabyte for moments,
// stalls the event loop, and costs more CPU than a rollout of 10,000 hosts gets back.
for (const flag of ['--no-wasm-tier-up', '--no-wasm-dynamic-tiering']) setFlagsFromString(flag)

/**
 * The caller holds the directory's lock. A commit is in the file system when it returns, so it outlives kill -9. `report` gets
 * the fault that ends the store in this process.
 */
export async function connectEmbedded(
  directory: string,
  report: (fault: Error) => void = () => {},
): Promise<Connection> {
  if (!existsSync(join(directory, 'PG_VERSION'))) await createEmbedded(directory)
  const endedBy = (fault: unknown) => {
    const broken = brokenBy(fault)
    if (broken) report(broken)
    return broken
  }
  return { ...(await openEmbedded(directory)), endedBy }
}

/** As `connectEmbedded`, but in this process also when the files must be made first. */
export async function openEmbedded(directory: string): Promise<Connection> {
  const pglite = await PGlite.create({ dataDir: directory, relaxedDurability: false, postgresqlconf: SETTINGS })
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

/** Made aside and renamed: one that was killed in the middle leaves nothing that looks like a store. */
async function createEmbedded(directory: string): Promise<void> {
  const aside = `${directory}.new`
  rmSync(aside, { recursive: true, force: true })
  const program = fileURLToPath(new URL('./create-embedded.ts', import.meta.url))
  await promisify(execFile)(process.execPath, [program, aside])
  renameSync(aside, directory)
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

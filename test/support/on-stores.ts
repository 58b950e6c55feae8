// The real stores that tests run on: the embedded one always, a Postgres server where one is installed.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'vitest'
import { type OpenStore, openStore, type StoreOptions } from '../../src/adapters/postgres/open-store.ts'
import { findPostgres, type PostgresServer } from './postgres-server.ts'

/** Faults of background work end the test run: none is expected unless a test listens itself. */
function raise(fault: Error): never {
  throw fault
}

/** A new data directory, removed by `remove`. */
export function newDirectory(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'houston-store-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

export async function openEmbedded(over: Partial<StoreOptions> = {}): Promise<OpenStore> {
  const directory = newDirectory()
  const opened = await openStore({ dataDirectory: directory.path, report: raise, ...over })
  return { ...opened, close: () => opened.close().finally(directory.remove) }
}

/** `count` processes' worth of stores on one new database. */
export async function openOnServer(server: PostgresServer, count = 1): Promise<OpenStore[]> {
  const databaseUrl = await server.database()
  return await Promise.all(Array.from({ length: count }, () => openStore({ databaseUrl, report: raise })))
}

/** Describes tests that need a Postgres server; says so where there is none, and fails there when nothing may be skipped. */
export function describeOnServer(name: string, body: (programs: string) => void): void {
  const found = findPostgres()
  if ('programs' in found) describe(name, () => body(found.programs))
  else if (process.env.HOUSTON_TEST_NO_SKIP === '1') it(name, () => Promise.reject(new Error(found.missing)))
  else describe.skip(`${name} (skipped: ${found.missing})`, () => body(''))
}

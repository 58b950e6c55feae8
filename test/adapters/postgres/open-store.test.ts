// Opening: what lasts, what is refused, and in which words.

import { cpSync } from 'node:fs'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { readHolder } from '../../../src/adapters/postgres/holder.ts'
import { openStore } from '../../../src/adapters/postgres/open-store.ts'
import { Child } from '../../support/child.ts'
import { describeOnServer, newDirectory } from '../../support/on-stores.ts'
import { PostgresServer } from '../../support/postgres-server.ts'
import { commitOf, cursorOf, driven, firstEntry, rolloutOf } from '../../support/rollout-of.ts'

const ends: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

function directory(): string {
  const { path, remove } = newDirectory()
  ends.push(remove)
  return path
}

let template: Promise<string> | undefined
let removeTemplate = () => {}
afterAll(() => removeTemplate())

/** A directory with an empty store: a copy of one, since making one takes seconds. */
async function prepared(): Promise<string> {
  template ??= makeTemplate()
  const path = directory()
  cpSync(await template, path, { recursive: true })
  return path
}

async function makeTemplate(): Promise<string> {
  const { path, remove } = newDirectory()
  removeTemplate = remove
  const { close } = await openStore({ dataDirectory: path })
  await close()
  return path
}

async function open(dataDirectory: string) {
  const opened = await openStore({ dataDirectory })
  ends.push(opened.close)
  return opened
}

describe('embedded', () => {
  it('keeps everything when it is closed and opened again, and epochs go on', async () => {
    const path = await prepared()
    const first = await open(path)
    const { rollout, epoch } = await driven(first.store)
    await first.store.commit(commitOf(rollout.id, epoch, { cursor: cursorOf('halted') }))
    await first.close()
    await first.close()
    expect(readHolder(path)).toBeUndefined()
    const second = await open(path)
    const taken = await second.store.takeOver(rollout.id)
    expect(taken?.record).toMatchObject({ id: rollout.id, cursor: { phase: 'halted' }, plan: rollout.plan })
    expect(taken?.record.epoch).toBeGreaterThan(epoch)
  })

  it('lost nothing that it answered for when it was killed in the middle, and its jobs are free at once', async () => {
    const path = await prepared()
    const child = new Child('store-holder.ts', path, 'commit')
    ends.push(() => child.kill())
    const rollout = String((await child.next())?.rollout)
    while (Number((await child.next())?.committed) < 50);
    await child.kill()
    const acknowledged = Number(child.said.at(-1)?.committed)
    const { store } = await open(path)
    const attempts = (await store.hosts(rollout)).map(({ attempt }) => attempt)
    expect(new Set(attempts).size).toBe(1)
    // It may have been killed between a commit and its answer.
    expect([acknowledged, acknowledged + 1]).toContain(attempts[0])
  })

  it('drives again at once what a killed process drove', async () => {
    const path = await prepared()
    const child = new Child('store-holder.ts', path, 'drive')
    ends.push(() => child.kill())
    const lines = [await child.next(), await child.next()]
    const driving = lines.find((line) => line?.driving)?.driving
    await child.kill()
    const { jobs } = await open(path)
    const driven = Promise.withResolvers<string>()
    const before = performance.now()
    await jobs.rollouts.start(async (rollout) => driven.resolve(rollout))
    expect(await driven.promise).toBe(driving)
    // Not after the ten seconds of a lost heartbeat.
    expect(performance.now() - before).toBeLessThan(9_000)
  })

  it('lets its process end after close, also when a drive does not heed its signal', async () => {
    const path = await prepared()
    const child = new Child('store-holder.ts', path, 'leave')
    ends.push(() => child.kill())
    expect(await child.next()).toEqual({ open: false })
    // Its output ends when the process does; a timer or a connection left behind would keep both.
    expect(await child.next()).toBeUndefined()
    expect(readHolder(path)).toBeUndefined()
  })

  it('refuses a store of a newer Houston and leaves it alone', async () => {
    const path = await prepared()
    const first = await open(path)
    await first.close()
    await addMigration(path, '9999-from-the-future')
    await expect(openStore({ dataDirectory: path })).rejects.toThrow(/newer Houston .*9999-from-the-future/)
    expect(readHolder(path)).toBeUndefined()
  })
})

async function addMigration(path: string, name: string): Promise<void> {
  const { PGlite } = await import('@electric-sql/pglite')
  const lite = await PGlite.create({ dataDir: `${path}/store` })
  await lite.query('insert into houston.migration (name, timestamp) values ($1, $1)', [name])
  await lite.close()
}

describe('a bad DATABASE_URL', () => {
  it.each([
    ['nonsense', /not a valid address/],
    ['http://user:hunter2@host/db', /not a valid address/],
    ['postgres://user:hunter2@host:notaport/db', /not a valid address/],
    [
      'postgres://user:hunter2@127.0.0.1:1/db',
      /127\.0\.0\.1:1, database db, as user: .*ECONNREFUSED.*Check that the server/,
    ],
    [
      'postgres://user:hunter2@/db?host=/nowhere',
      /at \/nowhere, database db, as user: .*ENOENT.*Check that the server/,
    ],
  ])('%s is explained without its password', async (databaseUrl, words) => {
    const error = await openStore({ databaseUrl }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    expect(String(error)).toMatch(words)
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('hunter2')
    expect(`${error instanceof Error && error.stack} ${error instanceof Error && error.cause}`).not.toContain('hunter2')
  })
})

describeOnServer('server', (programs) => {
  it('names what is wrong, and takes a fresh database by several at once', async () => {
    const server = await PostgresServer.start(programs)
    ends.push(() => server.close())
    const missing = openStore({ databaseUrl: server.url('missing') })
    await expect(missing).rejects.toThrow(/database missing, as houston: .*does not exist.*Create the database/)
    await server.query('postgres', `create database narrow encoding 'SQL_ASCII' template template0`)
    const narrow = openStore({ databaseUrl: server.url('narrow') })
    await expect(narrow).rejects.toThrow(
      /database narrow, .* in SQL_ASCII; it must be UTF8\. Make one with: create database/,
    )
    const databaseUrl = await server.database()
    const opened = await Promise.all([1, 2, 3].map(() => openStore({ databaseUrl })))
    const rollout = rolloutOf()
    await opened[0]?.store.create(rollout, [firstEntry])
    expect(await opened[2]?.store.rollout(rollout.id)).toMatchObject({ id: rollout.id })
    await Promise.all(opened.map(({ jobs }) => jobs.rollouts.wake({ id: rollout.id, key: 'one' })))
    await Promise.all(opened.map(({ close }) => close()))
  })
})

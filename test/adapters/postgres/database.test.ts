// One connection, many callers: what would wait for ever is refused at once, and what may wait gets its turn.

import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectEmbedded } from '../../../src/adapters/postgres/connect-embedded.ts'
import { Database } from '../../../src/adapters/postgres/database.ts'
import { brokenBy, StoreBroken } from '../../../src/adapters/postgres/errors.ts'
import { JobBoss } from '../../../src/adapters/postgres/job-boss.ts'
import { JobQueue } from '../../../src/adapters/postgres/job-queue.ts'
import { migrate } from '../../../src/adapters/postgres/migrate.ts'
import { newDirectory } from '../../support/on-stores.ts'

/** A deadlock shows as a test that runs out of time. */
const LIMIT_MS = 10_000

const one = sql<{ one: number }>`select 1 as one`
const directory = newDirectory()
let db: Database
let boss: JobBoss
let queue: JobQueue

beforeAll(async () => {
  const connection = await connectEmbedded(join(directory.path, 'store'))
  await migrate(connection.kysely)
  db = new Database(connection)
  const report = (fault: Error) => Promise.reject(fault)
  boss = new JobBoss({ statements: db.statements, embedded: true, report })
  queue = new JobQueue(await boss.open(), 'rollout')
})
afterAll(async () => {
  await boss.close()
  await db.close()
  directory.remove()
})

describe('inside an open transaction', () => {
  const outside: [string, () => Promise<unknown>][] = [
    ['a read', () => db.read((kysely) => one.execute(kysely))],
    ['another transaction', () => db.transaction((trx) => one.execute(trx))],
    ['a send of pg-boss', () => queue.add([{ id: 'r', key: 'inside' }])],
    ['a fetch of pg-boss', () => queue.fetch(1)],
  ]
  it.each(outside)('%s is refused at once', { timeout: LIMIT_MS }, async (_name, query) => {
    await expect(db.transaction(query)).rejects.toThrow(/outside the open transaction/)
    expect(await db.read((kysely) => one.execute(kysely))).toMatchObject({ rows: [{ one: 1 }] })
  })

  it('what is begun and outlives it may query afterwards', { timeout: LIMIT_MS }, async () => {
    const over = Promise.withResolvers<void>()
    let later: Promise<unknown> | undefined
    await db.transaction(async (trx) => {
      later = over.promise.then(() => db.read((kysely) => one.execute(kysely)))
      await one.execute(trx)
    })
    over.resolve()
    await expect(later).resolves.toMatchObject({ rows: [{ one: 1 }] })
  })
})

describe('beside an open transaction', () => {
  it.each(['commits', 'rolls back'])(
    'reads, sends and transactions wait until it %s',
    { timeout: LIMIT_MS },
    async (end) => {
      const [begun, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
      const order: string[] = []
      const open = db.transaction(async (trx) => {
        await one.execute(trx)
        begun.resolve()
        await go.promise
        order.push('open')
        if (end === 'rolls back') throw new Error('rolled back')
      })
      await begun.promise
      const note = (name: string) => () => order.push(name)
      const others = [
        db.read((kysely) => one.execute(kysely)).then(note('read')),
        queue.add([{ id: 'r', key: `beside ${end}` }]).then(note('send')),
        db.transaction((trx) => one.execute(trx)).then(note('transaction')),
      ]
      go.resolve()
      if (end === 'commits') await open
      else await expect(open).rejects.toThrow('rolled back')
      await Promise.all(others)
      expect(order[0]).toBe('open')
      expect(order.toSorted()).toEqual(['open', 'read', 'send', 'transaction'])
      const jobs = await queue.fetch(10)
      expect(jobs.map(({ key }) => key)).toContain(`beside ${end}`)
      for (const job of jobs) await queue.remove(job)
      expect(await queue.size()).toBe(0)
    },
  )
})

describe('a transaction', () => {
  it('that fails changes nothing', { timeout: LIMIT_MS }, async () => {
    const raise = db.transaction(async (trx) => {
      await trx.updateTable('houston.epoch').set({ value: 5_000_000_000_000 }).execute()
      throw new Error('in the middle')
    })
    await expect(raise).rejects.toThrow('in the middle')
    const rows = await db.read((kysely) => kysely.selectFrom('houston.epoch').select('value').execute())
    expect(rows).toEqual([{ value: 0 }])
  })

  it('of a script that fails in the middle is not left open', { timeout: LIMIT_MS }, async () => {
    await expect(db.statements.executeSql('begin; select 1 / 0; commit')).rejects.toThrow(/division by zero/)
    expect(await db.read((kysely) => one.execute(kysely))).toMatchObject({ rows: [{ one: 1 }] })
  })
})

describe('the audit trail', () => {
  it.each([
    `update houston.rollout_event set kind = 'x'`,
    'delete from houston.rollout_event',
    'truncate houston.rollout_event',
  ])('refuses: %s', async (statement) => {
    await expect(db.read((kysely) => sql.raw(statement).execute(kysely))).rejects.toThrow(/append-only/)
  })
})

it('a store that panicked is not touched again', async () => {
  const panic = Object.assign(new Error('could not write to file "pg_wal/xlogtemp.42"'), { severity: 'PANIC' })
  let asked = 0
  const connection = await connectEmbedded(join(directory.path, 'panicking'))
  const panicking = new Database({
    ...connection,
    endedBy: brokenBy,
    statements: {
      executeSql: () => {
        asked += 1
        return Promise.reject(panic)
      },
    },
  })
  for (let times = 0; times < 2; times += 1)
    await expect(panicking.statements.executeSql('select 1')).rejects.toThrow(StoreBroken)
  await expect(panicking.read((kysely) => one.execute(kysely))).rejects.toThrow(/Make room on its disk/)
  await expect(panicking.transaction((trx) => one.execute(trx))).rejects.toThrow(StoreBroken)
  expect(asked).toBe(1)
  await connection.close()
}, 60_000)

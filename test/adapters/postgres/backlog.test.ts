// What is not done yet, as whoever watches over a store sees it: counted from the rows, whatever they mean, and without reading
// those that are done.

import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LOOKS } from '../../../src/adapters/postgres/backlog-rows.ts'
import { connectServer } from '../../../src/adapters/postgres/connect-server.ts'
import type { Connection } from '../../../src/adapters/postgres/database.ts'
import { migrate } from '../../../src/adapters/postgres/migrate.ts'
import type { OpenStore } from '../../../src/adapters/postgres/open-store.ts'
import { describeOnServer, openEmbedded, openOnServer } from '../../support/on-stores.ts'
import { PostgresServer } from '../../support/postgres-server.ts'
import { commitOf, cursorOf, driven, entryAfter, somebody } from '../../support/rollout-of.ts'

function suite(open: () => Promise<OpenStore>): void {
  let opened: OpenStore
  beforeAll(async () => {
    opened = await open()
    await opened.projections.serve(['forge', 'chat'])
  })
  afterAll(() => opened?.close())

  /** A pass over one surface that saw the rollout as it is now. */
  async function pass(rollout: string, surface: string, left: boolean): Promise<void> {
    const found = await opened.projections.open(rollout, surface)
    const record = await opened.store.rollout(rollout)
    if (!found || !record) throw new Error('there is no such projection')
    const seen = { seq: record.trail.seq, phase: record.cursor.phase }
    await opened.projections.settle(found.hold, { ...seen, attempts: 1, left, afterMs: 60_000 })
  }

  it('an empty store has nothing', async () => {
    const none = { count: 0, oldestMs: 0 }
    expect(await opened.backlog.read()).toEqual({
      ...{ rollouts: [], inbox: none, letters: none, jobs: [], projections: [] },
    })
  })

  it('tells a rollout until it has ended, and what is behind it', async () => {
    const { rollout, epoch } = await driven(opened.store)
    const { application, environment, id } = rollout
    const before = await opened.backlog.read()
    expect(before.rollouts).toEqual([{ application, environment, kind: 'deploy', phase: 'gated' }])
    expect(before.projections.map(({ surface, count }) => [surface, count]).sort()).toEqual([
      ['chat', 1],
      ['forge', 1],
    ])
    // The rollout's first entry is of 1970.
    expect(before.projections.every(({ oldestMs }) => oldestMs > 50 * 365 * 86_400_000)).toBe(true)
    await pass(id, 'chat', false)
    await pass(id, 'forge', true)
    const behind = (await opened.backlog.read()).projections
    expect(behind).toEqual([{ surface: 'forge', count: 1, oldestMs: expect.any(Number) }])
    expect(behind[0]?.oldestMs).toBeLessThan(60_000)
    await opened.store.commit(commitOf(id, epoch, { cursor: cursorOf('succeeded'), finishedAt: 9 }))
    await pass(id, 'chat', false)
    await pass(id, 'forge', false)
    expect(await opened.backlog.read()).toMatchObject({ rollouts: [], projections: [] })
  })

  it('tells of one that waits for approval, with nothing behind it', async () => {
    const { rollout, epoch } = await driven(opened.store)
    const { application, environment, id } = rollout
    await opened.store.commit(commitOf(id, epoch, { cursor: cursorOf('unapproved') }))
    for (const surface of ['chat', 'forge']) await pass(id, surface, false)
    expect(await opened.backlog.read()).toMatchObject({
      rollouts: [{ application, environment, kind: 'deploy', phase: 'unapproved' }],
      ...{ letters: { count: 0 }, jobs: [], projections: [] },
    })
    await opened.store.supersede(id, 9)
    for (const surface of ['chat', 'forge']) await pass(id, surface, false)
    expect(await opened.backlog.read()).toMatchObject({ rollouts: [], projections: [] })
  })

  it('an outage of a surface counts from its first pass, however many follow and whatever the rollout does', async () => {
    const { rollout, epoch } = await driven(opened.store)
    await pass(rollout.id, 'chat', false)
    await pass(rollout.id, 'forge', true)
    const first = (await opened.backlog.read()).projections
    // The database's clock has gone on when it says another millisecond.
    await expect
      .poll(async () => (await opened.backlog.read()).projections[0]?.oldestMs)
      .toBeGreaterThan(first[0]?.oldestMs ?? 0)
    const entry = entryAfter(rollout.trail, {})
    await opened.store.commit(commitOf(rollout.id, epoch, { cursor: cursorOf('gated'), trail: [entry] }))
    const later = (await opened.backlog.read()).projections
    await pass(rollout.id, 'forge', true)
    const again = (await opened.backlog.read()).projections.find(({ surface }) => surface === 'forge')
    expect(again?.oldestMs).toBeGreaterThanOrEqual(
      later.find(({ surface }) => surface === 'forge')?.oldestMs ?? Infinity,
    )
    await pass(rollout.id, 'forge', false)
    await pass(rollout.id, 'chat', false)
    expect((await opened.backlog.read()).projections).toEqual([])
    await opened.store.commit(commitOf(rollout.id, epoch, { cursor: cursorOf('aborted'), finishedAt: 9 }))
  })

  it('tells messages and letters that wait, and jobs that nobody has taken', async () => {
    const { rollout } = await driven(opened.store)
    const letter = { id: 'letter', rollout: rollout.id, by: somebody, ask: { kind: 'halt' }, at: Date.now() } as const
    await opened.store.post(letter)
    for (const key of ['a', 'b']) await opened.inbox.receive({ source: 'github', key, topic: 'push', body: '{}' })
    await opened.inbox.receive({ source: 'github', key: 'later', topic: 'push', body: '{}' })
    const later = await opened.inbox.claim('github:later')
    if (later) await opened.inbox.settle(later, { kind: 'later', afterMs: 3_600_000, tries: 1 })
    await opened.jobs.inbox.wake({ id: 'github:a', key: 'github:a' })
    const reading = await opened.backlog.read()
    expect(reading).toMatchObject({ inbox: { count: 2 }, letters: { count: 1 } })
    expect(reading.jobs).toEqual([{ queue: 'inbox', count: 1, oldestMs: expect.any(Number) }])
  })
}

describe('embedded', () => suite(() => openEmbedded()))

describeOnServer('server', (programs) => {
  let server: PostgresServer | undefined
  beforeAll(async () => {
    server = await PostgresServer.start(programs)
  })
  afterAll(() => server?.close())
  suite(async () => {
    const [opened] = server ? await openOnServer(server) : []
    if (!opened) throw new Error('there is no server')
    return opened
  })
})

const ENDED_ROLLOUTS = 5_000

describeOnServer('on a server where much has ended', (programs) => {
  let server: PostgresServer | undefined
  let connection: Connection | undefined
  beforeAll(async () => {
    server = await PostgresServer.start(programs)
    connection = await connectServer(await server.database(), () => {})
    const db = connection.kysely
    await migrate(db)
    await sql`insert into houston.rollout (id, kind, application, environment, release_id, work, hosts, cursor, phase,
        epoch, requested_by, created_at, trail_seq, trail_hash)
      select 'r' || i, 'deploy', 'a' || i % 50, 'e', 'r', to_json(repeat('w', 1500)), 1, '{}', 'succeeded',
        i, '{}', i, 1, '' from generate_series(1, ${ENDED_ROLLOUTS}) i`.execute(db)
    await sql`insert into houston.rollout_event (rollout, seq, at, kind, body, previous, hash)
      select 'r' || i, 1, i, 'created', '{}', '', '' from generate_series(1, ${ENDED_ROLLOUTS}) i`.execute(db)
    await sql`insert into houston.projection (rollout, surface, seq, phase, unfinished, settled)
      select 'r' || i, 'forge', 1, 'succeeded', false, true from generate_series(1, ${ENDED_ROLLOUTS}) i`.execute(db)
    await sql`insert into houston.inbox (id, source, key, topic, body, state, received_at, due_at)
      select 'github:' || i, 'github', i, 'push', repeat('b', 500), 'done', i, i
      from generate_series(1, ${ENDED_ROLLOUTS}) i`.execute(db)
    await sql`insert into houston.mailbox (id, rollout, by, ask, at, answer)
      select 'l' || i, 'r' || i, '{}', '{}', i, '{}' from generate_series(1, ${ENDED_ROLLOUTS}) i`.execute(db)
    for (const table of ['rollout', 'rollout_event', 'projection', 'inbox', 'mailbox'])
      await sql`analyze ${sql.table(`houston.${table}`)}`.execute(db)
  })
  afterAll(async () => {
    await connection?.close()
    server?.close()
  })

  it.each(['rollouts', 'inbox', 'letters', 'projections'] as const)(
    'a look at the %s reads none of it',
    async (look) => {
      if (!connection) throw new Error('no connection')
      const { rows } = await sql`explain ${LOOKS[look]}`.execute(connection.kysely)
      expect(JSON.stringify(rows)).not.toMatch(/Seq Scan/)
    },
  )
})

// A server that goes away and comes back, and processes that lose their jobs: faults are thrown, work goes on.

import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { connectServer } from '../../../src/adapters/postgres/connect-server.ts'
import { Database } from '../../../src/adapters/postgres/database.ts'
import { nextEpoch } from '../../../src/adapters/postgres/next-epoch.ts'
import { type OpenStore, openStore } from '../../../src/adapters/postgres/open-store.ts'
import { Child } from '../../support/child.ts'
import { describeOnServer } from '../../support/on-stores.ts'
import { PostgresServer } from '../../support/postgres-server.ts'
import { commitOf, driven } from '../../support/rollout-of.ts'

describeOnServer('a Postgres server', (programs) => {
  let server: PostgresServer
  let url: string
  let opened: OpenStore
  const faults: Error[] = []
  const ends: (() => Promise<unknown>)[] = []

  beforeAll(async () => {
    server = await PostgresServer.start(programs)
    url = await server.database()
    opened = await open()
  })
  afterEach(async () => {
    for (const end of ends.splice(0)) await end()
  })
  afterAll(async () => {
    await opened?.close()
    server?.close()
  })

  function open(): Promise<OpenStore> {
    return openStore({ databaseUrl: url, report: (fault) => faults.push(fault) })
  }

  async function onDatabase(statement: string): Promise<unknown[]> {
    return await server.query(new URL(url.replace('@/', '@localhost/')).pathname.slice(1), statement)
  }

  it('that cuts connections costs an error, and the pool replaces them', async () => {
    const { rollout, epoch } = await driven(opened.store)
    const hosts = [{ index: 0, state: { phase: 'running', attempt: 1 } as const }]
    await onDatabase(`create function slow() returns trigger language plpgsql as
      $$ begin perform pg_sleep(60); return new; end $$`)
    await onDatabase('create trigger slow before insert on houston.rollout_host for each row execute function slow()')
    const inTheMiddle = opened.store.commit(commitOf(rollout.id, epoch, { hosts })).catch((error: unknown) => error)
    const cut = `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'houston'`
    const sleeping = `select 1 from pg_stat_activity where application_name = 'houston' and wait_event = 'PgSleep'`
    while ((await onDatabase(sleeping)).length === 0);
    await onDatabase(cut)
    expect(await inTheMiddle).toBeInstanceOf(Error)
    await onDatabase('drop trigger slow on houston.rollout_host')
    expect((await opened.store.hosts(rollout.id))[0]?.phase).toBe('queued')
    expect(await opened.store.commit(commitOf(rollout.id, epoch, { hosts }))).toBe('committed')
  })

  it('takes its locks back from a process that was frozen inside a transaction', async () => {
    const { rollout } = await driven(opened.store)
    const frozen = new Database(await connectServer(url, (fault) => faults.push(fault)))
    ends.push(() => frozen.close())
    const [holds, thaw] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const inTheMiddle = frozen.transaction(async (trx) => {
      await nextEpoch(trx)
      holds.resolve()
      await thaw.promise
      return await nextEpoch(trx)
    })
    await holds.promise
    // Needs the lock that the frozen one holds. Without an end to it, the test's time is over here.
    expect(await opened.store.takeOver(rollout.id)).toBeDefined()
    thaw.resolve()
    await expect(inTheMiddle).rejects.toThrow()
  })

  it('that is away costs errors, and afterwards jobs are driven again without a restart', async () => {
    const { store, jobs, close } = await open()
    ends.push(close)
    const wake = { id: randomUUID(), key: randomUUID() }
    const drive = Promise.withResolvers<void>()
    await jobs.rollouts.start(async (rollout) => {
      if (rollout === wake.id) drive.resolve()
    })
    server.pause()
    await expect(store.pending()).rejects.toThrow()
    await expect(jobs.rollouts.wake(wake)).rejects.toThrow()
    server.resume()
    const woken = () =>
      jobs.rollouts.wake(wake).then(
        () => true,
        () => false,
      )
    // Each connection that is still in the pool may cost one more error.
    while (!(await woken()));
    await drive.promise
  })

  it('aborts the drive whose job another process took', async () => {
    const { jobs, close } = await open()
    ends.push(close)
    const wake = { id: randomUUID(), key: randomUUID() }
    const [begun, aborted] = [Promise.withResolvers<void>(), Promise.withResolvers<unknown>()]
    await jobs.rollouts.start(async (rollout, signal) => {
      if (rollout !== wake.id) return
      begun.resolve()
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
      aborted.resolve(signal.reason)
    })
    await jobs.rollouts.wake(wake)
    await begun.promise
    await onDatabase(`update houston_jobs.job set retry_count = retry_count + 1 where data ->> 'id' = '${wake.id}'`)
    expect(String(await aborted.promise)).toMatch(/This job is lost: another process may have it/)
  })

  it('hands the rollout of a killed process to another when its heart has stopped', async () => {
    const child = new Child('store-holder.ts', url, 'drive')
    ends.push(() => child.kill())
    const driving = async (): Promise<string> => {
      for (;;) {
        const line = await child.next()
        if (line?.driving) return String(line.driving)
      }
    }
    const rollout = await driving()
    await child.kill()
    const { jobs, close } = await open()
    ends.push(close)
    const taken = Promise.withResolvers<void>()
    await jobs.rollouts.start(async (id) => {
      if (id === rollout) taken.resolve()
    })
    // What ten seconds do.
    await onDatabase(`update houston_jobs.job set heartbeat_on = heartbeat_on - interval '11 seconds'`)
    await taken.promise
  })
})

// The jobs' contract, on the fake, on the embedded Postgres and on a server.

import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MemoryJobs, MemoryQueue } from '../../../src/adapters/memory/jobs.ts'
import { MemoryStore } from '../../../src/adapters/memory/store.ts'
import { connectEmbedded } from '../../../src/adapters/postgres/connect-embedded.ts'
import { connectServer } from '../../../src/adapters/postgres/connect-server.ts'
import { rolloutWake } from '../../../src/engine/ports.ts'
import { jobProcesses } from '../../support/job-processes.ts'
import { jobsSuite } from '../../support/jobs-suite.ts'
import { describeOnServer, newDirectory } from '../../support/on-stores.ts'
import { PostgresServer } from '../../support/postgres-server.ts'
import { driven } from '../../support/rollout-of.ts'

const onMemory = async () => {
  const store = new MemoryStore()
  const queue = new MemoryQueue()
  return {
    store,
    process: () => new MemoryJobs(async () => (await store.pending()).map(rolloutWake), queue),
    close: async () => {},
  }
}

const onEmbedded = async () => {
  const directory = newDirectory()
  const harness = await jobProcesses(await connectEmbedded(join(directory.path, 'store')), { embedded: true })
  return { ...harness, close: () => harness.close().finally(directory.remove) }
}

describe('memory', () => jobsSuite(onMemory, { several: true }))
describe('embedded', () => jobsSuite(onEmbedded, { several: false }))

describeOnServer('server', (programs) => {
  let server: PostgresServer | undefined
  beforeAll(async () => {
    server = await PostgresServer.start(programs)
  })
  afterAll(() => server?.close())

  jobsSuite(
    async () => {
      const url = (await server?.database()) ?? ''
      return await jobProcesses(await connectServer(url, () => {}), { embedded: false })
    },
    { several: true },
  )
})

it('a wake that comes during a drive needs no sweep to be heeded', { timeout: 10_000 }, async () => {
  const directory = newDirectory()
  const connection = await connectEmbedded(join(directory.path, 'store'))
  const { store, process, close } = await jobProcesses(connection, { embedded: true, sweepEveryMs: 3_600_000 })
  const { rollout } = await driven(store)
  const wake = rolloutWake(rollout)
  const jobs = process()
  const again = Promise.withResolvers<void>()
  let drives = 0
  await jobs.start(async () => {
    drives += 1
    if (drives === 1) await jobs.wake(wake)
    else again.resolve()
  })
  await again.promise
  await jobs.stop()
  await close()
  directory.remove()
})

it('started again, it still is one worker, which stops', { timeout: 30_000 }, async () => {
  const directory = newDirectory()
  const connection = await connectEmbedded(join(directory.path, 'store'))
  const { store, process, close } = await jobProcesses(connection, { embedded: true })
  await driven(store)
  const jobs = process()
  const begun = Promise.withResolvers<AbortSignal>()
  const drive = (_: string, signal: AbortSignal) => {
    begun.resolve(signal)
    return new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
  }
  await jobs.start(drive)
  const signal = await begun.promise
  await jobs.start(drive)
  await jobs.stop()
  expect(signal.aborted).toBe(true)
  await close()
  directory.remove()
})

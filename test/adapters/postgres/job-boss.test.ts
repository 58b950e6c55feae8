// A pg-boss that could not start must not go on in the background beside its successor.

import { afterEach, expect, it, vi } from 'vitest'
import { connectServer } from '../../../src/adapters/postgres/connect-server.ts'
import { JobBoss } from '../../../src/adapters/postgres/job-boss.ts'
import { migrate } from '../../../src/adapters/postgres/migrate.ts'
import { describeOnServer } from '../../support/on-stores.ts'
import { PostgresServer } from '../../support/postgres-server.ts'

afterEach(() => {
  vi.useRealTimers()
})

describeOnServer('on a server', (programs) => {
  it('a start that failed half-way leaves nothing running', async () => {
    const server = await PostgresServer.start(programs)
    const { kysely, statements, close } = await connectServer(await server.database(), () => {})
    await migrate(kysely)
    let cut = true
    const flaky = {
      executeSql: async (text: string, values?: unknown[]) => {
        if (cut && /\.create_queue\('/.test(text)) throw new Error('Connection terminated')
        return await statements.executeSql(text, values)
      },
    }
    // Only intervals: the boss's pace. Nothing here waits for them.
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const boss = new JobBoss({ statements: flaky, embedded: false, report: () => {} })
    await expect(boss.open()).rejects.toThrow('terminated')
    expect(vi.getTimerCount()).toBe(0)
    cut = false
    await boss.open()
    await boss.close()
    await close()
    server.close()
  })
})

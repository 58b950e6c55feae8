// Servers that go and come while a terminal follows what they drive.

import { expect, it } from 'vitest'
import { LocalSession } from '../../../src/apps/cli/session/local-session.ts'
import { watchServers } from '../../../src/apps/cli/watch-servers.ts'
import { MemoryReplicas } from '../../support/memory-replicas.ts'
import { replicaOf } from '../../support/replicas-suite.ts'
import { houseOf, me, orderOf, production } from './house-of.ts'

it('says once that no server is left and what to do, and when one is there again', async () => {
  const replicas = new MemoryReplicas()
  await replicas.beat(replicaOf('one'))
  const session = new LocalSession(houseOf(), { kind: 'servers' })
  const said: string[] = []
  let looks = 0
  let seen = () => {}
  const serversLive = async () => {
    looks += 1
    seen()
    // The database is away for a moment: that says nothing about servers.
    if (looks === 2) throw new Error('away')
    return (await replicas.living()).length > 0
  }
  const say = (line: readonly (string | { text: string })[]) =>
    said.push(line.map((piece) => (typeof piece === 'string' ? piece : piece.text)).join(''))
  const lookedAt = (count: number) =>
    new Promise<void>((resolve) => {
      seen = () => looks >= count && resolve()
    })
  const end = watchServers({ entered: { session, serversLive }, target: production, say }, 1)
  await lookedAt(4)
  expect(said).toEqual([])
  await replicas.leave('one')
  await lookedAt(looks + 4)
  expect(said).toEqual([expect.stringMatching(/no server is left.*houston serve.*houston resume production/)])
  await replicas.beat(replicaOf('two'))
  await lookedAt(looks + 4)
  end()
  expect(said.slice(1)).toEqual(['a server is there again, and goes on with it'])
})

it('where servers drive, a deploy is only asked for', async () => {
  const house = houseOf()
  house.remote.behave = () => 'hang'
  const session = new LocalSession(house, { kind: 'servers' })
  const began = await session.deploy(orderOf('r1'))
  expect(began.kind).toBe('started')
  await session.idle()
  expect(house.remote.journal).toEqual([])
  expect(await session.status({ target: production })).toMatchObject({ phase: 'gated' })
  // Another process on the same store is the server.
  const server = houseOf(house.store, house.remote)
  await server.engine.start()
  expect(await session.ask({ target: production, by: me, ask: { kind: 'halt' } })).toMatchObject({
    answer: { kind: 'accepted' },
  })
  await session.close()
  await server.close()
})

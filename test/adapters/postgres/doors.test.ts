// From a door to the outside world on real stores and real jobs: what arrives causes one rollout, and that is told once,
// by however many processes there are.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OpenStore } from '../../../src/adapters/postgres/open-store.ts'
import { systemClock } from '../../../src/apps/cli/system-clock.ts'
import { systemIds } from '../../../src/apps/cli/system-ids.ts'
import { Engine } from '../../../src/engine/engine.ts'
import { chatSurface, FakeChat } from '../../support/fake-chat.ts'
import { FakeForge, forgeSurface } from '../../support/fake-forge.ts'
import { FakeRemote } from '../../support/fake-remote.ts'
import { describeOnServer, openEmbedded, openOnServer } from '../../support/on-stores.ts'
import { PostgresServer } from '../../support/postgres-server.ts'
import { door, releaseRequest } from '../../support/projection-house.ts'

const WITHIN = { timeout: 25_000, interval: 100 }

type World = { remote: FakeRemote; forge: FakeForge; chat: FakeChat }

function newWorld(): World {
  const [remote, forge, chat] = [new FakeRemote(systemClock), new FakeForge(systemClock), new FakeChat(systemClock)]
  // The first object of each is made, and nobody is told.
  for (const outside of [forge, chat])
    outside.weather = ({ number }: { number: number }) => (number === 1 ? 'error-after' : 'fine')
  return { remote, forge, chat }
}

function engineOn({ store, inbox, projections, jobs }: OpenStore, { remote, forge, chat }: World): Engine {
  const surfaces = [forgeSurface(forge), chatSurface(chat)]
  return new Engine({
    ...{ store, remote, clock: systemClock, ids: systemIds, jobs: jobs.rollouts },
    inbox: {
      ...{ store: inbox, jobs: jobs.inbox },
      handlers: (engine) => ({
        door: async ({ id }) => {
          const outcome = await engine.deploy({ ...releaseRequest('r1'), intent: id })
          return { kind: 'done', note: outcome.kind }
        },
      }),
    },
    projections: { store: projections, jobs: jobs.projections, surfaces },
    failed: (what, error) => {
      throw new Error(what, { cause: error })
    },
  })
}

async function tellsOnce(opened: readonly OpenStore[]): Promise<void> {
  const world = newWorld()
  const { forge, chat } = world
  const engines = opened.map((one) => engineOn(one, world))
  await Promise.all(engines.map((engine) => engine.start()))
  try {
    const repeated = Array.from({ length: 100 }, (_, index) =>
      engines[index % engines.length]?.receive(door('d1', 'go')),
    )
    const received = await Promise.all(repeated)
    expect(received.filter((one) => one?.kind === 'new')).toHaveLength(1)
    const [first] = opened
    if (!first) throw new Error('there is no store')
    const { store, inbox, projections } = first
    await expect
      .poll(async () => (await store.rollouts({ limit: 9 })).map(({ cursor }) => cursor.phase), WITHIN)
      .toEqual(['succeeded'])
    const [rollout] = await store.rollouts({ limit: 9 })
    await expect.poll(() => forge.states(rollout?.id ?? '').at(-1), WITHIN).toBe('success')
    await expect.poll(() => chat.messages, WITHIN).toEqual(['succeeded'])
    await expect.poll(() => projections.pending(), WITHIN).toEqual([])
    expect(forge.standing.filter(({ marker }) => marker.includes('/deployment/'))).toHaveLength(1)
    expect([...forge.faults, ...chat.faults]).toEqual([])
    expect(await inbox.read('door:d1')).toMatchObject({ state: 'done', note: 'started' })
  } finally {
    await Promise.all(engines.map((engine) => engine.stop()))
    await Promise.all(opened.map((one) => one.close()))
  }
}

it('embedded: 100 deliveries at once, one rollout, told once', { timeout: 60_000 }, async () => {
  await tellsOnce([await openEmbedded()])
})

describeOnServer('server', (programs) => {
  let server: PostgresServer | undefined
  beforeAll(async () => {
    server = await PostgresServer.start(programs)
  })
  afterAll(() => server?.close())

  describe('three processes', () => {
    it('100 deliveries at once, one rollout, told once', { timeout: 60_000 }, async () => {
      if (!server) throw new Error('there is no server')
      await tellsOnce(await openOnServer(server, 3))
    })
  })
})

// The stream of environments: what changed is told once, to those who may see it, also after a cut, and at a bounded pace; nobody who
// listens costs anything after they are gone.

import { beforeEach, describe, expect, it } from 'vitest'
import type { Target } from '../../../src/core/command.ts'
import type { Person } from '../../../src/core/intent.ts'
import { Board } from '../../../src/web/live/board.ts'
import { FeedsClosed } from '../../../src/web/live/feeds.ts'
import { type EnvironmentStore, readEnvironment } from '../../../src/web/live/read-environment.ts'
import { openStream } from '../../../src/web/live/stream.ts'
import type { EnvironmentRow } from '../../../src/web/view/environment-row.ts'
import {
  ada,
  deploy,
  type House,
  openHouse,
  type Process,
  request,
  startProcess,
} from '../../support/rollout-engine.ts'
import { SseReader } from '../../support/sse-reader.ts'

const production = { application: 'shop', environment: 'production' }
const staging = { application: 'shop', environment: 'staging' }

let house: House
let driver: Process
let board: Board
let faults: Error[]
/** How often the store was looked at. */
let looks: number
/** It does not answer. */
let away: boolean
beforeEach(async () => {
  house = openHouse()
  driver = await startProcess(house)
  faults = []
  looks = 0
  away = false
  board = new Board({ store: counted(house.store), clock: house.clock, ids: house.ids, failed: (f) => faults.push(f) })
})

function counted(store: EnvironmentStore): EnvironmentStore {
  return {
    version: (of) => {
      looks += 1
      if (away) return Promise.reject(new Error('away'))
      return store.version(of)
    },
    records: (...of) => store.records(...of),
    rollouts: (filter) => store.rollouts(filter),
    locks: (of) => store.locks(of),
  }
}

type Told = { seq: number; environments: EnvironmentRow[] }

async function listen(places: readonly Target[], lastEventId?: string) {
  const { feed, leave } = await board.join(places)
  const reader = new SseReader(openStream({ feed, leave, lastEventId, over: () => false }))
  const events: { event: string; id: string; told: Told; at: number }[] = []
  const rows = new Map<string, EnvironmentRow>()
  const done = (async () => {
    for (let next = await reader.next(); next; next = await reader.next()) {
      const told = next.data as Told
      events.push({ event: next.event, id: next.id, told, at: house.clock.monotonic() })
      for (const row of told.environments) rows.set(row.environment, row)
    }
  })()
  return { reader, events, rows, done }
}

const lock = (by: Person, place = production) =>
  house.store.changeLock(place, { verb: 'lock', by, reason: 'a migration' })

describe('the board', () => {
  it('follows a rollout and a lock, and ends with what is stored', async () => {
    const seen = await listen([production, staging])
    await house.clock.until(() => seen.events.length === 1)
    expect(seen.events[0]).toMatchObject({ event: 'snapshot', told: { environments: [production, staging] } })
    house.remote.behave = ({ host }) => (host === 'a1' ? 'fail' : { kind: 'slow', ms: 3_000 })
    await deploy(house, driver, request('r1', { zones: { a: 3, b: 2 }, maxFailures: {} }))
    await house.clock.until(() => seen.rows.get('production')?.latest?.phase === 'failed')
    expect(seen.rows.get('production')).toMatchObject({ hosts: 5, unwell: 1, releases: [{ release: 'r1', hosts: 4 }] })
    await lock(ada)
    await house.clock.until(() => seen.rows.get('production')?.locks.lock !== undefined)
    expect(seen.rows.get('production')).toEqual(await readEnvironment(house.store, production))
    // What did not change is not told, numbers grow, and there are four a second at most.
    for (const { event, told } of seen.events.slice(1))
      expect([event, told.environments.map(({ environment }) => environment)]).toEqual(['change', ['production']])
    const seqs = seen.events.map(({ told }) => told.seq)
    expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b))
    const gaps = seen.events.slice(2).map(({ at }, index) => at - (seen.events[index + 1]?.at ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(250)
    expect(faults).toEqual([])
  })

  it('tells each what they may see', async () => {
    const [all, some] = [await listen([production, staging]), await listen([staging])]
    await lock(ada)
    await house.clock.until(() => all.rows.get('production')?.locks.lock !== undefined)
    await lock(ada, staging)
    await house.clock.until(() => some.rows.get('staging')?.locks.lock !== undefined)
    expect([...some.rows.keys()]).toEqual(['staging'])
    expect(some.events).toHaveLength(2)
  })

  it('goes on where a listener was, with what changed meanwhile', async () => {
    const stays = await listen([production, staging])
    const first = await listen([production, staging])
    await house.clock.until(() => first.events.length === 1)
    await first.reader.cancel()
    await lock(ada)
    await house.clock.until(() => stays.events.length === 2)
    const again = await listen([production, staging], first.events[0]?.id)
    await house.clock.until(() => again.events.length === 1)
    expect(again.events[0]).toMatchObject({ event: 'change', told: { environments: [production] } })
    const current = await listen([production, staging], again.events[0]?.id)
    await house.clock.pass(5_000)
    expect(current.events).toEqual([])
  })

  it.each([
    ['somebody who saw others', [staging], (id: string) => id],
    ['another board', [production, staging], (id: string) => `x${id}`],
    ['a number that was never given', [production, staging], (id: string) => id.replace(/\d+$/, '999')],
    ['nonsense', [production, staging], () => '\u202e'],
  ])('begins anew for %s', async (_, places, of) => {
    const first = await listen([production, staging])
    await house.clock.until(() => first.events.length === 1)
    const again = await listen(places, of(first.events[0]?.id ?? ''))
    await house.clock.until(() => again.events.length === 1)
    expect(again.events[0]).toMatchObject({ event: 'snapshot', told: { environments: places } })
  })

  it('tells whoever comes what is true now, not what the last look saw', async () => {
    await listen([production])
    await lock(ada)
    const late = await listen([production])
    await house.clock.until(() => late.events.length === 1)
    expect(late.events[0]?.told.environments[0]?.locks.lock?.holder).toMatchObject({ name: 'ada' })
  })

  it('shows that the connection lives', async () => {
    const seen = await listen([production])
    await house.clock.pass(46_000)
    expect(seen.reader.beats).toBe(3)
  })

  it('looks at nothing when nobody listens', async () => {
    const [one, other] = [await listen([production]), await listen([production])]
    await one.reader.cancel()
    await house.clock.pass(3_000)
    const before = looks
    await other.reader.cancel()
    await house.clock.pass(60_000)
    expect([before, looks]).toEqual([before, before])
    expect(before).toBeGreaterThan(2)
    const again = await listen([production])
    await lock(ada)
    await house.clock.until(() => again.rows.get('production')?.locks.lock !== undefined)
  })

  it('keeps what it knows while the store does not answer, and goes on', async () => {
    const seen = await listen([production])
    away = true
    await lock(ada)
    await house.clock.pass(5_000)
    expect(faults.length).toBeGreaterThan(0)
    expect(seen.events).toHaveLength(1)
    away = false
    await house.clock.until(() => seen.rows.get('production')?.locks.lock !== undefined)
  })

  it('ends for all when it is closed, and nobody comes in', async () => {
    const seen = await listen([production])
    board.close()
    await seen.done
    await expect(board.join([production])).rejects.toThrow(FeedsClosed)
  })
})

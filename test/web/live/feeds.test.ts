// The feeds of a process with real engines: what this process drives is heard, what another one drives is looked at, and nobody who
// listens costs anything after they are gone.

import { describe, expect, it } from 'vitest'
import { applyChange, type RolloutChange } from '../../../src/core/report-rollout-change.ts'
import type { RolloutPage } from '../../../src/core/report-rollout-page.ts'
import { newRollout } from '../../../src/core/rollout-state.ts'
import { Feeds, FeedsClosed } from '../../../src/web/live/feeds.ts'
import { openStream } from '../../../src/web/live/stream.ts'
import {
  deploy,
  type House,
  openHouse,
  type Process,
  request,
  startProcess,
  until,
} from '../../support/rollout-engine.ts'
import { SseReader } from '../../support/sse-reader.ts'

function openFeeds(house: House, process: Process | undefined) {
  const faults: Error[] = []
  const feeds = new Feeds({
    ...{ store: house.store, clock: house.clock, ids: house.ids, failed: (fault: Error) => faults.push(fault) },
    watch: (watcher) => process?.engine.watch(watcher) ?? (() => {}),
    drives: (rollout) => process?.engine.driving.includes(rollout) ?? false,
  })
  return { feeds, faults }
}

/** Listens until the page says this. */
async function follow(house: House, feeds: Feeds, rollout: string) {
  const joined = await feeds.join(rollout)
  if (!joined) throw new Error('no such rollout')
  const reader = new SseReader(openStream({ ...joined, lastEventId: undefined, over: () => false }))
  let page: RolloutPage | undefined
  const done = (async () => {
    for (let event = await reader.next(); event; event = await reader.next()) {
      const data = event.data as RolloutPage & RolloutChange
      page = event.event === 'snapshot' || !page ? data : applyChange(page, data)
    }
  })()
  return {
    reader,
    done,
    page: () => page,
    until: (phase: string) => house.clock.until(() => page?.report.phase === phase),
  }
}

describe('feeds', () => {
  it.each(['drives', 'does not drive'])('follow a rollout to its end in a process that %s', async (which) => {
    const house = openHouse()
    const driver = await startProcess(house)
    house.remote.behave = ({ host }) => (host === 'a1' ? 'fail' : { kind: 'slow', ms: 3_000 })
    const rollout = await deploy(house, driver, request('r1', { zones: { a: 3, b: 2 }, maxFailures: {} }))
    const { feeds, faults } = openFeeds(house, which === 'drives' ? driver : undefined)
    const seen = await follow(house, feeds, rollout)
    await seen.until('failed')
    expect(seen.page()?.report).toMatchObject({ hosts: { failed: 1, succeeded: 4 }, finishedAt: expect.any(Number) })
    expect(
      seen
        .page()
        ?.hosts.map(([, , phase]) => phase)
        .sort(),
    ).toEqual(['failed', ...Array(4).fill('succeeded')])
    feeds.close()
    await seen.done
    expect(faults).toEqual([])
  })

  it('go on when the process that drove is gone and another one drives', async () => {
    const house = openHouse()
    const first = await startProcess(house)
    house.remote.behave = () => ({ kind: 'slow', ms: 3_000 })
    const rollout = await deploy(house, first, request('r1'))
    const { feeds } = openFeeds(house, first)
    const seen = await follow(house, feeds, rollout)
    await house.clock.pass(500)
    first.die()
    await startProcess(house)
    await until(house, rollout, 'succeeded')
    // The dead process still claims to drive: its own feeds are dead too. Those of a living one look at the store.
    const other = openFeeds(house, undefined)
    const again = await follow(house, other.feeds, rollout)
    await again.until('succeeded')
    feeds.close()
    other.feeds.close()
    await Promise.all([seen.done, again.done])
  })

  it('share one feed, drop it a minute after the last listener, and know no strangers', async () => {
    const house = openHouse()
    const driver = await startProcess(house)
    const rollout = await deploy(house, driver, request('r1'))
    const { feeds } = openFeeds(house, driver)
    expect(await feeds.join('nothing')).toBeUndefined()
    const [one, two] = await Promise.all([feeds.join(rollout), feeds.join(rollout)])
    expect(one?.feed).toBe(two?.feed)
    one?.leave()
    two?.leave()
    await house.clock.pass(59_000)
    const back = await feeds.join(rollout)
    expect(back?.feed).toBe(one?.feed)
    back?.leave()
    await house.clock.pass(61_000)
    expect((await feeds.join(rollout))?.feed).not.toBe(one?.feed)
    feeds.close()
  })

  it('wait for listeners who come back, but not for those of any number of rollouts', async () => {
    const house = openHouse()
    const driver = await startProcess(house)
    const rollouts: string[] = []
    for (let n = 0; n < 25; n++) {
      const rollout = await deploy(house, driver, request(`r${n}`))
      rollouts.push(rollout)
      await until(house, rollout, 'succeeded')
    }
    const { feeds } = openFeeds(house, driver)
    const first = await Promise.all(rollouts.map((rollout) => feeds.join(rollout)))
    for (const joined of first) joined?.leave()
    const again = await Promise.all(rollouts.map((rollout) => feeds.join(rollout)))
    expect(again.map((joined, index) => joined?.feed === first[index]?.feed)).toEqual(
      rollouts.map((_, index) => index >= 5),
    )
    feeds.close()
  })

  it('outlive a store that does not answer', async () => {
    const house = openHouse()
    const driver = await startProcess(house)
    house.remote.behave = () => ({ kind: 'slow', ms: 3_000 })
    const rollout = await deploy(house, driver, request('r1'))
    const { feeds, faults } = openFeeds(house, undefined)
    const seen = await follow(house, feeds, rollout)
    const { version } = house.store
    Object.assign(house.store, { version: () => Promise.reject(new Error('away')) })
    await house.clock.pass(2_000)
    Object.assign(house.store, { version })
    await seen.until('succeeded')
    expect(faults.length).toBeGreaterThan(0)
    feeds.close()
    await seen.done
  })

  it('look again when a look failed', async () => {
    const house = openHouse()
    const driver = await startProcess(house)
    house.remote.behave = () => ({ kind: 'slow', ms: 3_000 })
    const rollout = await deploy(house, driver, request('r1'))
    const { hosts } = house.store
    const looking = openFeeds(house, undefined)
    const seen = await follow(house, looking.feeds, rollout)
    // The version says that it moved, and then the hosts cannot be read.
    Object.assign(house.store, { hosts: () => Promise.reject(new Error('away')) })
    await until(house, rollout, 'succeeded')
    await house.clock.pass(1_000)
    Object.assign(house.store, { hosts })
    await seen.until('succeeded')
    looking.feeds.close()
    await seen.done
  })

  it('never go back to what was read before a commit that was heard', async () => {
    const house = openHouse()
    const driver = await startProcess(house)
    house.remote.behave = () => ({ kind: 'slow', ms: 60_000 })
    const rollout = await deploy(house, driver, request('r1'))
    const record = await house.store.rollout(rollout)
    if (!record) throw new Error('nothing began')
    let hear: Parameters<ConstructorParameters<typeof Feeds>[0]['watch']>[0] = () => {}
    const reads = [Promise.resolve(), Promise.withResolvers<void>()] as const
    let read = 0
    const slow = async (id: string) => {
      const hosts = await house.store.hosts(id)
      await (read++ === 0 ? reads[0] : reads[1].promise)
      return hosts
    }
    const store = { rollout: house.store.rollout.bind(house.store), version: async () => '', hosts: slow }
    const watch = (watcher: typeof hear) => {
      hear = watcher
      return () => {}
    }
    const feeds = new Feeds({ store, watch, drives: () => true, clock: house.clock, ids: house.ids, failed: () => {} })
    const joining = feeds.join(rollout)
    await house.clock.until(() => read === 2)
    hear(rollout, { ...newRollout(record.plan), cursor: { ...record.cursor, phase: 'waiting' } })
    reads[1].resolve()
    const joined = await joining
    await house.clock.pass(1_000)
    expect(joined?.feed.facts.cursor.phase).toBe('waiting')
    feeds.close()
  })

  it('that are closed are not taken for a rollout that is not there', async () => {
    const house = openHouse()
    const driver = await startProcess(house)
    const rollout = await deploy(house, driver, request('r1'))
    const { feeds } = openFeeds(house, driver)
    const late = feeds.join(rollout)
    feeds.close()
    await expect(late).rejects.toThrow(FeedsClosed)
    await expect(feeds.join(rollout)).rejects.toThrow(FeedsClosed)
  })
})

// Processes that die, wake up late or cannot write: nothing is lost, nothing is done twice, and only one writes.

import { describe, expect, it } from 'vitest'
import { brokenAt } from '../../src/engine/trail.ts'
import {
  ada,
  deploy,
  type House,
  inTime,
  openHouse,
  phaseOf,
  phases,
  request,
  startProcess,
  stored,
  until,
} from '../support/rollout-engine.ts'

const count = (n: number) => ({ kind: 'count', count: n }) as const
const zones = { a: 3, b: 3 }
const names = ['a1', 'a2', 'a3', 'b1', 'b2', 'b3']

/** Hosts that take different times, so that each result is a commit of its own. */
function uneven(): House {
  const house = openHouse()
  house.remote.behave = ({ host }) => ({ kind: 'slow', ms: 50 + 37 * names.indexOf(host) })
  return house
}

async function wholeAndOnce(house: House, rollout: string): Promise<void> {
  expect([...house.remote.begins().values()].every((times) => times === 1)).toBe(true)
  expect(brokenAt(await house.store.trail(rollout), house.ids)).toBeUndefined()
}

describe('killed', () => {
  /** A rolling deploy over six hosts takes at least this many commits: claims, steps, results. */
  it.each(Array.from({ length: 6 }, (_, index) => index + 1))(
    'after commit %i, before its effects: finished hosts are untouched, running ones attached to, each begun once',
    async (dieAfter) => {
      const house = uneven()
      const first = await startProcess(house, { dieAfter })
      const rollout = await deploy(house, first, request('r1', { zones, batch: [count(2)] }))
      await house.clock.until(() => !first.alive)
      const done = Object.entries(await phases(house, rollout)).filter(([, phase]) => phase === 'succeeded')
      await startProcess(house)
      await until(house, rollout, 'succeeded')
      await wholeAndOnce(house, rollout)
      for (const [host] of done)
        expect(house.remote.journal.filter((deed) => deed.host === host && deed.what === 'attached')).toEqual([])
    },
  )

  it.each(Array.from({ length: 6 }, (_, index) => index + 1))('before commit %i is written', async (dieBefore) => {
    const house = uneven()
    const first = await startProcess(house, { dieBefore })
    const rollout = await deploy(house, first, request('r1', { zones, batch: [count(2)] }))
    await house.clock.until(() => !first.alive)
    await startProcess(house)
    await until(house, rollout, 'succeeded')
    await wholeAndOnce(house, rollout)
  })

  it('again and again', async () => {
    const house = uneven()
    const rollout = await deploy(
      house,
      await startProcess(house, { dieAfter: 1 }),
      request('r1', { zones, batch: [count(2)] }),
    )
    for (let life = 0; life < 40 && (await phaseOf(house, rollout)) !== 'succeeded'; life++) {
      const process = await startProcess(house, life % 2 === 0 ? { dieAfter: 1 } : { dieBefore: 2 })
      await house.clock.until(async () => !process.alive || (await phaseOf(house, rollout)) === 'succeeded')
    }
    expect(await phaseOf(house, rollout)).toBe('succeeded')
    await wholeAndOnce(house, rollout)
  })

  it('a run that went on in the dark is attached to and its result heard', async () => {
    const house = openHouse()
    house.remote.behave = ({ host }) => (host === 'a1' ? { kind: 'slow', ms: 10_000 } : 'ok')
    const first = await startProcess(house)
    const rollout = await deploy(house, first, request('r1', { zones: { a: 1 } }))
    await house.clock.until(() => house.remote.order(rollout).length === 1)
    first.die()
    await house.clock.pass(20_000)
    await startProcess(house)
    await until(house, rollout, 'succeeded')
    expect(house.remote.journal.map(({ what }) => what)).toEqual(['began', 'attached'])
  })

  it('after a halt was committed, hosts are only attached to', async () => {
    const house = openHouse()
    house.remote.behave = ({ host }) => (host === 'a1' ? 'fail' : { kind: 'slow', ms: 5_000 })
    const first = await startProcess(house)
    const rollout = await deploy(house, first, request('r1', { zones, batch: [count(2)] }))
    await until(house, rollout, 'halting')
    first.die()
    await startProcess(house)
    await until(house, rollout, 'halted')
    expect(house.remote.order(rollout)).toEqual(['a1', 'b1'])
    expect(await phases(house, rollout)).toMatchObject({ a1: 'failed', b1: 'succeeded', a2: 'queued', b2: 'queued' })
  })

  it('a claim whose halt was committed before it reached its host is given back by the host itself', async () => {
    const house = openHouse()
    const first = await startProcess(house, { dieAfter: 1 })
    const rollout = await deploy(house, first, request('r1', { zones: { a: 2 } }))
    await house.clock.until(() => !first.alive)
    await house.store.post({
      id: 'q',
      rollout,
      by: { via: 'terminal', id: '1', name: 'ada' },
      ask: { kind: 'halt' },
      at: 1,
    })
    await startProcess(house, { dieAfter: 1 })
    await until(house, rollout, 'halting')
    await startProcess(house)
    await until(house, rollout, 'halted')
    expect(house.remote.order(rollout)).toEqual([])
    expect(await phases(house, rollout)).toEqual({ a1: 'queued', a2: 'queued' })
  })
})

describe('a bake', () => {
  const baked = { order: 'zone-by-zone', betweenZones: { kind: 'bake', ms: 60_000 } } as const

  it('ends when it is due, and not before', async () => {
    const house = openHouse()
    const process = await startProcess(house)
    const rollout = await deploy(house, process, request('r1', baked))
    await until(house, rollout, 'baking')
    const began = house.clock.now()
    await house.clock.pass(59_000)
    expect(await phaseOf(house, rollout)).toBe('baking')
    await until(house, rollout, 'succeeded')
    const first = house.remote.journal.find(({ host }) => host === 'b1')
    expect((first?.at ?? 0) - began).toBeGreaterThanOrEqual(59_900)
    expect((first?.at ?? 0) - began).toBeLessThan(61_000)
  })

  it('begins anew after a halt and a resume: the old timer does not end it', async () => {
    const house = openHouse()
    const process = await startProcess(house)
    const rollout = await deploy(house, process, request('r1', baked))
    await until(house, rollout, 'baking')
    await house.clock.pass(30_000)
    const asks = [{ kind: 'halt' }, { kind: 'resume' }] as const
    await inTime(house, Promise.all(asks.map((ask) => process.engine.ask(rollout, ada, ask))))
    await house.clock.pass(55_000)
    expect(await phaseOf(house, rollout)).toBe('baking')
    await until(house, rollout, 'succeeded')
  })

  it('keeps its due time over a death', async () => {
    const house = openHouse()
    const first = await startProcess(house)
    const rollout = await deploy(house, first, request('r1', baked))
    await until(house, rollout, 'baking')
    const began = house.clock.now()
    await house.clock.pass(30_000)
    first.die()
    await house.clock.pass(10_000)
    await startProcess(house)
    await until(house, rollout, 'succeeded')
    const deed = house.remote.journal.find(({ host }) => host === 'b1')
    expect((deed?.at ?? 0) - began).toBeLessThan(61_000)
  })

  it('does not become longer when the wall clock was set back before a death', async () => {
    const house = openHouse()
    const first = await startProcess(house)
    const rollout = await deploy(house, first, request('r1', baked))
    await until(house, rollout, 'baking')
    house.clock.jump(-3_600_000)
    first.die()
    await startProcess(house)
    await until(house, rollout, 'succeeded')
  })

  it('ends at once when it fell due while nobody drove', async () => {
    const house = openHouse()
    const first = await startProcess(house)
    const rollout = await deploy(house, first, request('r1', baked))
    await until(house, rollout, 'baking')
    first.die()
    await house.clock.pass(600_000)
    await startProcess(house)
    await house.clock.until(async () => (await phaseOf(house, rollout)) !== 'baking', 5_000)
  })
})

it('a driver whose rollout was taken writes nothing more, and stops', async () => {
  const house = openHouse()
  house.remote.behave = () => ({ kind: 'slow', ms: 1_000 })
  const first = await startProcess(house)
  const rollout = await deploy(house, first, request('r1', { zones, batch: [count(2)] }))
  await house.clock.until(() => house.remote.order(rollout).length === 2)
  first.loseJob()
  const second = await startProcess(house)
  await house.clock.until(() => second.commits.length > 0)
  const written = first.commits.length
  await until(house, rollout, 'succeeded')
  await wholeAndOnce(house, rollout)
  await house.clock.pass(5_000)
  // It found out with its next write, and never tried again.
  expect(first.commits.length - written).toBeLessThanOrEqual(1)
  expect(first.failures).toEqual([])
})

it('a commit that cannot be written is tried again by the next drive, with nothing lost', async () => {
  const house = uneven()
  const process = await startProcess(house, {
    before: (_, number) => {
      outages += 1
      if (outages % 3 === 0) throw new Error(`the database is away (${number})`)
    },
  })
  let outages = 0
  const rollout = await deploy(house, process, request('r1', { zones, batch: [count(2)] }))
  await until(house, rollout, 'succeeded')
  expect(process.failures.length).toBeGreaterThan(1)
  await wholeAndOnce(house, rollout)
  expect((await house.store.records('shop', 'production')).map(({ health }) => health)).toEqual(
    Array(6).fill('healthy'),
  )
})

it('stopping lets go: recipes go on, and the next process hears of them', async () => {
  const house = openHouse()
  house.remote.behave = () => ({ kind: 'slow', ms: 3_000 })
  const first = await startProcess(house)
  const rollout = await deploy(house, first, request('r1'))
  await house.clock.until(() => house.remote.order(rollout).length === 4)
  await first.engine.stop()
  expect(await phaseOf(house, rollout)).toBe('running')
  await startProcess(house)
  await until(house, rollout, 'succeeded')
  await wholeAndOnce(house, rollout)
})

describe('told to end', () => {
  it('commits what it has heard before it lets go, begins nothing more, and another goes on', async () => {
    const house = openHouse()
    // Long after its steps were committed, so that the driver rests when the result comes.
    house.remote.behave = ({ host }) => (host === 'a1' ? { kind: 'slow', ms: 5_000 } : 'ok')
    const open = house.remote.open.bind(house.remote)
    const told = Promise.withResolvers<void>()
    // Told in the moment in which a result was heard and nothing of it is committed.
    house.remote.open = (work, listen) =>
      open(work, (reports) => {
        listen(reports)
        if (reports.some(({ kind }) => kind === 'host-succeeded')) told.resolve(first.engine.stop())
      })
    const first = await startProcess(house)
    const rollout = await deploy(house, first, request('r1', { zones, batch: [count(1)] }))
    await inTime(house, told.promise)
    house.remote.open = open
    const left = await stored(house, rollout)
    expect(left.a1?.phase).toBe('succeeded')
    expect(first.engine.driving).toEqual([])
    await startProcess(house)
    await until(house, rollout, 'succeeded')
    await wholeAndOnce(house, rollout)
    expect(house.remote.journal.filter(({ host, what }) => host === 'a1' && what === 'attached')).toEqual([])
  })
})

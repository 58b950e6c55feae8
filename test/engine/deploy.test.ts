// A deploy from the request to the last read-back: what is stored, what the hosts did, what halts it.

import { expect, it } from 'vitest'
import { brokenAt } from '../../src/engine/trail.ts'
import {
  deploy,
  inTime,
  openHouse,
  phaseOf,
  phases,
  request,
  startedBy,
  startProcess,
  until,
} from '../support/rollout-engine.ts'

const count = (n: number) => ({ kind: 'count', count: n }) as const

it('carries a release to every host, once, and remembers what runs where', async () => {
  const house = openHouse()
  const process = await startProcess(house)
  const rollout = await deploy(house, process, request('r1'))
  await until(house, rollout, 'succeeded')

  expect(await phases(house, rollout)).toEqual({ a1: 'succeeded', a2: 'succeeded', b1: 'succeeded', b2: 'succeeded' })
  expect([...house.remote.begins().values()]).toEqual([1, 1, 1, 1])
  const records = await house.store.records('shop', 'production')
  expect(records.map(({ name, zone, health, release }) => [name, zone, health, release])).toEqual([
    ['a1', 'a', 'healthy', 'r1'],
    ['a2', 'a', 'healthy', 'r1'],
    ['b1', 'b', 'healthy', 'r1'],
    ['b2', 'b', 'healthy', 'r1'],
  ])
  expect(
    (await house.store.releases('shop', 'production')).map(({ name, release, to }) => [name, release, to]),
  ).toEqual(['a1', 'a2', 'b1', 'b2'].map((name) => [name, 'r1', undefined]))
  expect(await house.store.log(rollout, 0)).toEqual([
    { attempt: 1, log: { head: `log of ${rollout}/1 on a1`, tail: '', cutBytes: 0 } },
  ])
  const record = await house.store.rollout(rollout)
  expect(record?.finishedAt).toBeGreaterThan(record?.createdAt ?? 0)
})

it('writes a whole trail that can be read without the plan', async () => {
  const house = openHouse()
  const process = await startProcess(house)
  const rollout = await deploy(house, process, request('r1', { zones: { a: 1 } }))
  await until(house, rollout, 'succeeded')
  const trail = await house.store.trail(rollout)
  expect(brokenAt(trail, house.ids)).toBeUndefined()
  expect(trail.map(({ kind }) => kind)).toEqual([
    'requested',
    'gates-opened',
    'stage-started',
    'host-succeeded',
    'stage-finished',
    'finished',
  ])
  expect(trail[3]?.body).toEqual({ host: 'a1', attempt: 1, installed: 'r1' })
})

it('halts on the first failure beyond the budget, and leaves the rest untouched', async () => {
  const house = openHouse()
  house.remote.behave = ({ host }) => (host === 'a2' ? 'fail' : 'ok')
  const process = await startProcess(house)
  const rollout = await deploy(house, process, request('r1', { order: 'zone-by-zone', batch: [count(1)] }))
  await until(house, rollout, 'halted')
  expect(await phases(house, rollout)).toEqual({ a1: 'succeeded', a2: 'failed', b1: 'queued', b2: 'queued' })
  expect(house.remote.order(rollout)).toEqual(['a1', 'a2'])
  expect((await house.store.rollout(rollout))?.cursor.halt).toEqual({
    kind: 'fleet-budget',
    failed: 1,
    budget: 0,
    of: 4,
  })
})

it('a host that says ok but is read back at another release has failed', async () => {
  const house = openHouse()
  house.remote.behave = ({ host }) => (host === 'b1' ? 'lie' : 'ok')
  const process = await startProcess(house)
  const rollout = await deploy(house, process, request('r1', { maxFailures: { fleet: count(1) } }))
  await until(house, rollout, 'failed')
  expect(await phases(house, rollout)).toMatchObject({ a1: 'succeeded', b1: 'failed' })
  const record = (await house.store.records('shop', 'production')).find(({ name }) => name === 'b1')
  expect(record).toMatchObject({ health: 'failed' })
})

it('a second deploy to the same environment is refused while the first one runs', async () => {
  const house = openHouse()
  house.remote.behave = () => ({ kind: 'slow', ms: 5_000 })
  const process = await startProcess(house)
  const outcomes = await inTime(
    house,
    Promise.all([process.engine.deploy(request('r1')), process.engine.deploy(request('r2'))]),
  )
  const started = outcomes.flatMap((outcome) => (outcome.kind === 'started' ? [outcome.rollout] : []))
  expect(started).toHaveLength(1)
  expect(outcomes).toContainEqual({ kind: 'refused', reason: 'rollout-running', detail: { rollout: started[0] } })
  expect(await inTime(house, process.engine.deploy(request('r3')))).toMatchObject({ reason: 'rollout-running' })
})

it('a deploy takes the place of a halted one', async () => {
  const house = openHouse()
  house.remote.behave = ({ release }) => (release === 'r1' ? 'fail' : 'ok')
  const process = await startProcess(house)
  const bad = await deploy(house, process, request('r1', { batch: [count(1)] }))
  await until(house, bad, 'halted')
  const good = await deploy(house, process, request('r2', { batch: [count(1)] }))
  await until(house, good, 'succeeded')
  expect(await phaseOf(house, bad)).toBe('superseded')
  expect(house.remote.order(good)[0]).toBe('a1')
})

it('a plan that is not the approved one is not carried out', async () => {
  const house = openHouse()
  const process = await startProcess(house)
  const plan = await process.engine.plan(request('r1'))
  const approvedDigest = plan.kind === 'refused' ? '' : plan.digest
  const changed = { ...request('r1', { zones: { a: 3, b: 2 } }), approvedDigest }
  expect(await process.engine.deploy(changed)).toMatchObject({ kind: 'refused', reason: 'plan-changed' })
  expect(await inTime(house, process.engine.deploy({ ...request('r1'), approvedDigest }))).toMatchObject({
    kind: 'started',
  })
})

it('a zone that names a runner is refused where no runner could read its work', async () => {
  const house = openHouse()
  const process = await startProcess(house)
  const wish = request('r1')
  const [first, ...others] = wish.fleet.zones
  const hosts = first?.hosts.map((host) => ({ ...host, runner: 'eu' })) ?? []
  const far = { ...wish, fleet: { zones: [{ name: 'a', hosts }, ...others] } }
  const refusal = { kind: 'refused', reason: 'runner-unavailable', detail: { zone: 'a', runner: 'eu' } }
  expect(await process.engine.plan(far)).toEqual(refusal)
  expect(await process.engine.deploy(far)).toEqual(refusal)
})

it('idle resolves when nothing is left to be driven', async () => {
  const house = openHouse()
  const process = await startProcess(house)
  const rollout = await deploy(house, process, request('r1'))
  await inTime(house, process.engine.idle())
  expect(await phaseOf(house, rollout)).toBe('succeeded')
})

it('a plan is made again when the fleet changed before its rollout was written', async () => {
  const house = openHouse()
  house.remote.behave = ({ host, release }) => (release === 'r2' && host === 'a2' ? 'fail' : 'ok')
  const process = await startProcess(house)
  const read = house.store.lastKnown.bind(house.store)
  const another = async () => {
    const { rollout } = startedBy(await process.engine.deploy(request('r2', { maxFailures: { fleet: count(1) } })))
    while ((await phaseOf(house, rollout)) !== 'failed')
      await new Promise<void>((resolve) => house.clock.after(10, resolve))
  }
  let reads = 0
  house.store.lastKnown = async (...of) => {
    const known = await read(...of)
    reads += 1
    if (reads === 1) await another()
    return known
  }
  const { plan } = startedBy(await inTime(house, process.engine.deploy(request('r3'))))
  expect(plan.hosts.filter(({ down }) => down).map(({ host }) => host.name)).toEqual(['a2'])
})

it('is started, and found, when nobody could be woken for it: it is committed', async () => {
  const house = openHouse()
  const process = await startProcess(house, {
    wake: () => {
      throw new Error('Connection terminated')
    },
  })
  const rollout = await deploy(house, process, request('r1'))
  await until(house, rollout, 'succeeded')
  expect(process.failures).toHaveLength(1)
})

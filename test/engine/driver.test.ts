// One driver: how it batches, when it writes, and what it does when its rollout is no longer its own.

import { expect, it } from 'vitest'
import type { RolloutEvent } from '../../src/core/rollout.ts'
import type { RolloutState } from '../../src/core/rollout-state.ts'
import { takeOver } from '../../src/engine/driver.ts'
import {
  ada,
  deploy,
  type House,
  inTime,
  openHouse,
  Process,
  phaseOf,
  request,
  startProcess,
  stored,
  until,
} from '../support/rollout-engine.ts'

const count = (n: number) => ({ kind: 'count', count: n }) as const

function deps(house: House, changed: (rollout: string, state: RolloutState) => void = () => {}) {
  return { ...house, changed }
}

it('commits many steps and results together, not one by one', async () => {
  const house = openHouse()
  const process = await startProcess(house)
  const rollout = await deploy(house, process, request('r1', { zones: { a: 100, b: 100 } }))
  await until(house, rollout, 'succeeded')
  const hosts = process.commits.reduce((sum, commit) => sum + commit.hosts.length, 0)
  expect(hosts).toBeGreaterThanOrEqual(400)
  expect(process.commits.length).toBeLessThanOrEqual(10)
})

it('steps alone wait a little for better company; a result is committed at once', async () => {
  const house = openHouse()
  house.remote.behave = ({ host }) => (host === 'a1' ? 'hang' : { kind: 'slow', ms: 1_000 })
  const process = await startProcess(house)
  const rollout = await deploy(house, process, request('r1', { zones: { a: 2 } }))
  await house.clock.until(() => house.remote.order(rollout).length === 2)
  const began = house.clock.now()
  await house.clock.pass(150)
  expect(process.commits).toHaveLength(1)
  await house.clock.pass(100)
  expect(process.commits).toHaveLength(2)
  await house.clock.until(async () => (await stored(house, rollout)).a2?.phase === 'succeeded')
  expect(house.clock.now() - began).toBeLessThanOrEqual(1_001)
})

it('commits before it acts: no host begins what is not stored', async () => {
  const house = openHouse()
  const seen: number[] = []
  const process = await startProcess(house, {
    before: (commit) => {
      const claims = commit.hosts.filter(({ state }) => state.phase === 'running' && state.step === undefined)
      seen.push(claims.length)
      expect(house.remote.journal.length).toBeLessThanOrEqual(seen.slice(0, -1).reduce((sum, each) => sum + each, 0))
    },
  })
  const rollout = await deploy(house, process, request('r1', { batch: [count(1)] }))
  await until(house, rollout, 'succeeded')
  expect(process.failures).toEqual([])
})

it('tells watchers after each commit, with the state as it was stored', async () => {
  const house = openHouse()
  const process = await startProcess(house)
  const seen: string[] = []
  const unwatch = process.engine.watch((rollout, state) => seen.push(`${rollout} ${state.cursor.phase}`))
  const rollout = await deploy(house, process, request('r1'))
  await until(house, rollout, 'succeeded')
  expect(seen).toHaveLength(process.commits.length)
  expect([seen[0], seen.at(-1)]).toEqual([`${rollout} running`, `${rollout} succeeded`])
  unwatch()
  await until(house, await deploy(house, process, request('r2')), 'succeeded')
  expect(seen).toHaveLength(seen.filter((line) => line.startsWith(rollout)).length)
})

it('a driver of an older epoch changes nothing, performs nothing and ends', async () => {
  const house = openHouse()
  const rollout = await deploy(house, new Process(house), request('r1', { batch: [count(1)] }))
  const old = await takeOver(deps(house), rollout)
  const young = await takeOver(deps(house), rollout)
  const before = await house.store.rollout(rollout)
  await inTime(house, old?.run() ?? Promise.resolve())
  expect(await house.store.rollout(rollout)).toEqual(before)
  expect(house.remote.journal).toEqual([])
  await inTime(house, young?.run() ?? Promise.resolve())
  expect(await phaseOf(house, rollout)).toBe('succeeded')
})

it('hosts refuse a driver of an older epoch that has not noticed', async () => {
  const house = openHouse()
  const rollout = await deploy(house, new Process(house), request('r1', { zones: { a: 1 } }))
  const claim = { host: 0, attempt: 1, mayBegin: true }
  const record = await house.store.rollout(rollout)
  if (!record) throw new Error('no rollout')
  const { plan, epoch } = record
  const hosts = plan.hosts.map(({ host }) => ({ host, zone: 'a' }))
  const heard: RolloutEvent['kind'][] = []
  const open = (mine: number) =>
    house.remote.open({ rollout, epoch: mine, work: plan.work, hosts, preempt: false }, (reports) => {
      heard.push(...reports.map(({ kind }) => kind))
    })
  open(epoch + 1).run([claim])
  await house.clock.pass(1_000)
  heard.length = 0
  open(epoch).run([claim])
  await house.clock.pass(1_000)
  expect(heard).toEqual(['host-unknown'])
  expect(house.remote.journal.map(({ what }) => what)).toEqual(['began', 'refused'])
})

it('a retry that comes too late, because another rollout began meanwhile, is refused and leaves no trace but the question and the answer', async () => {
  const house = openHouse()
  house.remote.behave = ({ host, release }) => (release === 'r1' && host === 'b1' ? 'fail' : 'ok')
  const process = await startProcess(house)
  const old = await deploy(house, process, request('r1', { maxFailures: { fleet: count(1) } }))
  await until(house, old, 'failed')
  const before = await house.store.rollout(old)
  process.die()
  const next = await deploy(house, new Process(house), request('r2'))
  await house.store.post({ id: 'late', rollout: old, by: ada, ask: { kind: 'retry' }, at: 5 })
  const driver = await takeOver(deps(house), old)
  await inTime(house, driver?.run() ?? Promise.resolve())
  expect(await house.store.answer('late')).toMatchObject({ kind: 'refused', reason: 'rollout-running' })
  expect((await house.store.trail(old)).at(-1)).toMatchObject({ kind: 'asked', body: { id: 'late' } })
  const after = await house.store.rollout(old)
  expect(after).toEqual({ ...before, epoch: after?.epoch, trail: after?.trail })
  expect(await phaseOf(house, next)).toBe('gated')
})

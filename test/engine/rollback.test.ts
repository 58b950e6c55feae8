// A rollback: from the record alone, before everything that runs, failed hosts first, and only what the bad release touched.

import { expect, it } from 'vitest'
import {
  ada,
  deploy,
  type House,
  inTime,
  openHouse,
  type Process,
  phaseOf,
  phases,
  request,
  startedBy,
  startProcess,
  until,
} from '../support/rollout-engine.ts'

const count = (n: number) => ({ kind: 'count', count: n }) as const
const place = { application: 'shop', environment: 'production', by: ada }
const any = { maxFailures: { fleet: count(9) } }

async function good(house: House, process: Process, release: string): Promise<void> {
  await until(house, await deploy(house, process, request(release)), 'succeeded')
}

function rollback(house: House, { engine }: Process, to?: string) {
  return inTime(house, engine.rollback({ ...place, ...(to !== undefined && { to }) }))
}

it('pre-empts a running rollout, starts with its failed hosts, and touches no other than it has touched', async () => {
  const house = openHouse()
  const process = await startProcess(house)
  await good(house, process, 'r1')
  house.remote.behave = ({ host, release }) => {
    if (release !== 'r2') return 'ok'
    return host === 'a2' ? 'fail' : 'hang'
  }
  const bad = await deploy(house, process, request('r2', { order: 'zone-by-zone', batch: [count(2)], ...any }))
  await house.clock.until(async () => (await phases(house, bad)).a2 === 'failed')
  expect(await phases(house, bad)).toEqual({ a1: 'running', a2: 'failed', b1: 'queued', b2: 'queued' })

  const asked = house.clock.now()
  const { rollout, plan } = startedBy(await rollback(house, process))
  expect(await phaseOf(house, bad)).toBe('superseded')
  expect(plan.work.release.id).toBe('r1')
  expect(plan.left.map(({ host, why }) => [host.name, why])).toEqual([
    ['b1', 'untouched'],
    ['b2', 'untouched'],
  ])
  await until(house, rollout, 'succeeded')
  expect(house.remote.order(rollout)).toEqual(['a2', 'a1'])
  const first = house.remote.journal.find(({ what, run }) => what === 'began' && run.startsWith(rollout))
  expect((first?.at ?? 0) - asked).toBeLessThan(100)
  expect(house.remote.journal).toContainEqual(expect.objectContaining({ host: 'a1', what: 'stopped', run: `${bad}/1` }))
  expect(['a1', 'a2', 'b1', 'b2'].map((host) => house.remote.installed(host))).toEqual(['r1', 'r1', 'r1', 'r1'])
})

it('is not held up by a driver in another process that hears nothing from its hosts', async () => {
  const house = openHouse()
  const one = await startProcess(house)
  await good(house, one, 'r1')
  house.remote.behave = ({ release }) => (release === 'r2' ? 'hang' : 'ok')
  const bad = await deploy(house, one, request('r2'))
  await house.clock.until(() => house.remote.order(bad).length === 4)
  await house.clock.pass(10_000)
  const two = await startProcess(house)
  const asked = house.clock.now()
  const { rollout } = startedBy(await rollback(house, two))
  await house.clock.until(() => house.remote.order(rollout).length > 0, 60_000)
  expect(house.clock.now() - asked).toBeLessThan(2_000)
  await until(house, rollout, 'succeeded')
})

it('goes back over a halted rollout: failed hosts first, then the others that have the release', async () => {
  const house = openHouse()
  const process = await startProcess(house)
  await good(house, process, 'r1')
  house.remote.behave = ({ host, release }) => (release === 'r2' && host === 'b1' ? 'fail' : 'ok')
  const bad = await deploy(house, process, request('r2', { batch: [count(1)] }))
  await until(house, bad, 'halted')
  expect(await phases(house, bad)).toEqual({ a1: 'succeeded', a2: 'queued', b1: 'failed', b2: 'queued' })
  const { rollout, plan } = startedBy(await rollback(house, process))
  expect(plan.stages.map(({ kind, spends }) => [kind, spends])).toEqual([
    ['failed-first', false],
    ['striped', true],
  ])
  await until(house, rollout, 'succeeded')
  expect(house.remote.order(rollout)).toEqual(['b1', 'a1'])
})

it('leaves out the hosts that a person took out', async () => {
  const house = openHouse()
  const process = await startProcess(house)
  await good(house, process, 'r1')
  house.remote.behave = ({ host, release }) => (release === 'r2' && host === 'b1' ? 'fail' : 'ok')
  const bad = await deploy(house, process, request('r2', { batch: [count(1)] }))
  await until(house, bad, 'halted')
  await inTime(house, process.engine.ask(bad, ada, { kind: 'skip', hostName: 'b1' }))
  const { plan } = startedBy(await rollback(house, process))
  expect(plan.hosts.map(({ host }) => host.name)).toEqual(['a1'])
})

it('goes back over a release that succeeded, everywhere, and a second time not forward again', async () => {
  const house = openHouse()
  const process = await startProcess(house)
  await good(house, process, 'r1')
  await good(house, process, 'r2')
  await good(house, process, 'r3')
  const first = startedBy(await rollback(house, process))
  await until(house, first.rollout, 'succeeded')
  const second = startedBy(await rollback(house, process))
  expect([first.plan.work.release.id, second.plan.work.release.id]).toEqual(['r2', 'r1'])
  expect(second.plan.hosts).toHaveLength(4)
})

it('to a named release takes the whole fleet', async () => {
  const house = openHouse()
  const process = await startProcess(house)
  await good(house, process, 'r1')
  await good(house, process, 'r2')
  await good(house, process, 'r3')
  expect(startedBy(await rollback(house, process, 'r1')).plan.hosts).toHaveLength(4)
})

it('uses the recipe and the variables that the release was rolled out with', async () => {
  const house = openHouse()
  const process = await startProcess(house)
  const { work, ...rest } = request('r1')
  const old = { ...work, recipe: { scripts: { start: './start-v1' }, timeoutMs: 5 }, directory: '/srv/old' }
  await until(house, await deploy(house, process, { ...rest, work: old }), 'succeeded')
  await good(house, process, 'r2')
  expect(startedBy(await rollback(house, process)).plan.work).toEqual(old)
})

it.each<[string, string | undefined, string]>([
  ['nothing was ever rolled out', undefined, 'no-rollout'],
  ['nothing else was ever good', 'first', 'no-good-release'],
  ['nobody knows that release', 'named', 'unknown-release'],
])('refuses when %s', async (_, history, reason) => {
  const house = openHouse()
  const process = await startProcess(house)
  if (history) await good(house, process, 'r1')
  expect(await rollback(house, process, history === 'named' ? 'r0' : undefined)).toMatchObject({
    kind: 'refused',
    reason,
  })
})

it('a refused rollback leaves the running rollout alone', async () => {
  const house = openHouse()
  house.remote.behave = () => ({ kind: 'slow', ms: 1_000 })
  const process = await startProcess(house)
  const rollout = await deploy(house, process, request('r1'))
  expect(await rollback(house, process)).toMatchObject({ reason: 'no-good-release' })
  await until(house, rollout, 'succeeded')
})

it('asked for twice in a hurry goes back once; another release that is named still pre-empts it', async () => {
  const house = openHouse()
  const process = await startProcess(house)
  await good(house, process, 'r1')
  await good(house, process, 'r2')
  house.remote.behave = ({ release }) => (release === 'r2' ? 'hang' : 'ok')
  await good(house, process, 'r3')
  const first = startedBy(await rollback(house, process))
  expect(first.plan.work.release.id).toBe('r2')
  for (const to of [undefined, 'r2'])
    expect(await rollback(house, process, to)).toMatchObject({
      reason: 'rollout-running',
      detail: { rollout: first.rollout },
    })
  expect(await phaseOf(house, first.rollout)).toBe('running')
  expect(startedBy(await rollback(house, process, 'r1')).plan.work.release.id).toBe('r1')
})

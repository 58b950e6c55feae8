// A rollout that waits for other people: nobody drives it, no host is touched, a newer one takes its place, and locks still count.

import { expect, it } from 'vitest'
import type { Ask, Person } from '../../src/core/intent.ts'
import type { DeployRequest } from '../../src/engine/plan-deploy.ts'
import {
  ada,
  deploy,
  type House,
  inTime,
  openHouse,
  phaseOf,
  request,
  startProcess,
  until,
} from '../support/rollout-engine.ts'

const here = { application: 'shop', environment: 'production' }
const eve: Person = { via: 'terminal', id: '2', name: 'eve' }
const bob: Person = { via: 'terminal', id: '3', name: 'bob' }
const approvals = { required: 1, from: [], notAuthor: true }

function wanted(release: string, over: Partial<DeployRequest> = {}): DeployRequest {
  return { ...request(release), approvals, ...over }
}

async function opened() {
  const house = openHouse()
  const process = await startProcess(house)
  const ask = (rollout: string, by: Person, one: Ask = { kind: 'approve' }) =>
    inTime(house, process.engine.ask(rollout, by, one))
  return { house, process, ask }
}

function begun({ remote }: House): number {
  return remote.begins().size
}

it('waits, undriven, and begins when another person says yes', async () => {
  const { house, process, ask } = await opened()
  const rollout = await deploy(house, process, wanted('r1'))
  await house.clock.pass(60_000)
  expect(await phaseOf(house, rollout)).toBe('unapproved')
  expect([begun(house), process.engine.driving, await house.store.pending()]).toEqual([0, [], []])
  expect(await ask(rollout, ada)).toMatchObject({ reason: 'not-a-second-person' })
  expect(begun(house)).toBe(0)
  expect(await ask(rollout, eve)).toEqual({ kind: 'accepted' })
  await until(house, rollout, 'succeeded')
  expect(begun(house)).toBe(4)
  const kinds = (await house.store.trail(rollout)).map(({ kind }) => kind)
  expect(kinds.slice(0, 5)).toEqual(['requested', 'asked', 'asked', 'approved', 'stage-started'])
  const audit = (await house.store.audit({ limit: 10 })).toReversed()
  expect(audit.map(({ fact: { person, verb, outcome } }) => [person.name, verb, outcome.kind])).toEqual([
    ['ada', 'deploy', 'accepted'],
    ['ada', 'approve', 'refused'],
    ['eve', 'approve', 'accepted'],
  ])
})

it('keeps an approval over the death of the process that took it', async () => {
  const { house, process, ask } = await opened()
  const rollout = await deploy(house, process, wanted('r1', { approvals: { ...approvals, required: 2 } }))
  expect(await ask(rollout, eve)).toEqual({ kind: 'accepted' })
  process.die()
  const next = await startProcess(house)
  expect(begun(house)).toBe(0)
  expect(await inTime(house, next.engine.ask(rollout, eve, { kind: 'approve' }))).toEqual({ kind: 'accepted' })
  expect(begun(house)).toBe(0)
  await inTime(house, next.engine.ask(rollout, bob, { kind: 'approve' }))
  await until(house, rollout, 'succeeded')
})

it('gives way to a newer deploy, which needs its own', async () => {
  const { house, process, ask } = await opened()
  const old = await deploy(house, process, wanted('r1'))
  const rollout = await deploy(house, process, wanted('r2'))
  expect(await phaseOf(house, old)).toBe('superseded')
  expect(await ask(old, eve)).toMatchObject({ reason: 'not-possible-now' })
  expect([await phaseOf(house, rollout), begun(house)]).toEqual(['unapproved', 0])
  await ask(rollout, eve)
  await until(house, rollout, 'succeeded')
})

it('gives way to a merge only if a merge wanted it: what a person asked for stays', async () => {
  const { house, process } = await opened()
  const merged = await deploy(house, process, wanted('r1', { automatic: true }))
  const newer = await deploy(house, process, wanted('r2', { automatic: true }))
  expect(await phaseOf(house, merged)).toBe('superseded')
  const asked = await deploy(house, process, wanted('r3'))
  expect(await phaseOf(house, newer)).toBe('superseded')
  const merge = await inTime(house, process.engine.deploy(wanted('r4', { automatic: true })))
  expect(merge).toMatchObject({ reason: 'rollout-running', detail: { rollout: asked, waits: 'approval' } })
  expect(await phaseOf(house, asked)).toBe('unapproved')
})

it('a rollback needs none', async () => {
  const { house, process, ask } = await opened()
  const good = await deploy(house, process, wanted('r1'))
  await ask(good, eve)
  await until(house, good, 'succeeded')
  const bad = await deploy(house, process, wanted('r2'))
  await ask(bad, eve)
  await until(house, bad, 'succeeded')
  // Nobody approved this one: it is not what is wrong.
  await deploy(house, process, wanted('r3'))
  const back = await inTime(house, process.engine.rollback({ ...here, by: ada, of: bad }))
  if (back.kind === 'refused') throw new Error(back.reason)
  await until(house, back.rollout, 'succeeded')
  expect((await house.store.rollout(back.rollout))?.releaseId).toBe('r1')
})

it('a rollback finds what is on the hosts behind any number of deploys that nobody approved', async () => {
  const { house, process, ask } = await opened()
  for (const release of ['r1', 'r2']) {
    const rollout = await deploy(house, process, wanted(release))
    await ask(rollout, eve)
    await until(house, rollout, 'succeeded')
  }
  for (let merge = 0; merge < 100; merge++) await deploy(house, process, wanted(`m${merge}`, { automatic: true }))
  const back = await inTime(house, process.engine.rollback({ ...here, by: ada }))
  if (back.kind === 'refused') throw new Error(back.reason)
  await until(house, back.rollout, 'succeeded')
  expect((await house.store.rollout(back.rollout))?.releaseId).toBe('r1')
})

it('a rollback runs the release as it was approved, not as somebody wanted it since', async () => {
  const { house, process, ask } = await opened()
  for (const release of ['r1', 'r2']) {
    const rollout = await deploy(house, process, wanted(release))
    await ask(rollout, eve)
    await until(house, rollout, 'succeeded')
  }
  const { work } = request('r1')
  const planted = { ...work, recipe: { ...work.recipe, scripts: { start: 'rm -rf /' } } }
  await deploy(house, process, wanted('r1', { work: planted }))
  const back = await inTime(house, process.engine.rollback({ ...here, by: bob, to: 'r1' }))
  if (back.kind === 'refused') throw new Error(back.reason)
  expect((await house.store.rollout(back.rollout))?.plan.work).toEqual(work)
})

it('a lock of somebody else stops an approval; the requester’s and the approver’s own do not', async () => {
  const { house, process, ask } = await opened()
  const rollout = await deploy(house, process, wanted('r1'))
  const lock = (by: Person) => process.engine.changeLock(here, { verb: 'lock', by })
  const unlock = (by: Person) => process.engine.changeLock(here, { verb: 'unlock', by, steal: false })
  await lock(bob)
  expect(await ask(rollout, eve)).toMatchObject({ reason: 'lock-held' })
  await unlock(bob)
  await lock(ada)
  expect(await ask(rollout, eve)).toEqual({ kind: 'accepted' })
  await until(house, rollout, 'succeeded')
})

it('a rollback ends the merge that waits, and its hold stops the next one until somebody opens it', async () => {
  const { house, process, ask } = await opened()
  for (const release of ['r1', 'r2']) await until(house, await deploy(house, process, request(release)), 'succeeded')
  const merge = wanted('r3', { automatic: true })
  const waits = await deploy(house, process, merge)
  const back = await inTime(house, process.engine.rollback({ ...here, by: ada }))
  if (back.kind === 'refused') throw new Error(back.reason)
  await until(house, back.rollout, 'succeeded')
  expect(await phaseOf(house, waits)).toBe('superseded')
  expect(await process.engine.deploy(merge)).toMatchObject({ reason: 'lock-held', detail: { kind: 'hold' } })
  await process.engine.changeLock(here, { verb: 'unlock', by: ada, steal: false })
  const next = await deploy(house, process, merge)
  expect(await ask(next, eve)).toEqual({ kind: 'accepted' })
  await until(house, next, 'succeeded')
})

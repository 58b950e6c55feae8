// Locks and the audit as the doors of the engine see them: whom a lock stops, whom it never stops, and what is kept of each.

import { describe, expect, it } from 'vitest'
import { brokenAudit } from '../../src/core/audit.ts'
import type { Person } from '../../src/core/intent.ts'
import {
  ada,
  deploy,
  type House,
  inTime,
  openHouse,
  Process,
  request,
  startedBy,
  startProcess,
  until,
} from '../support/rollout-engine.ts'

const eve: Person = { via: 'terminal', id: '2', name: ada.name }
const here = { application: 'shop', environment: 'production' }
const one = { batch: [{ kind: 'count', count: 1 } as const] }

async function opened() {
  const house = openHouse()
  const process = await startProcess(house)
  const lock = (by: Person) => process.engine.changeLock(here, { verb: 'lock', by })
  return { house, process, lock }
}

/** Oldest first: who, what, and what came of it. */
async function record({ store }: House): Promise<string[]> {
  const entries = (await store.audit({ limit: 100 })).toReversed()
  return entries.map(({ fact: { person, verb, outcome } }) =>
    [person.id, verb, outcome.kind === 'refused' ? outcome.reason : outcome.kind].join(' '),
  )
}

describe('a lock', () => {
  it('stops a deploy of somebody else, whatever their name, and not its holder', async () => {
    const { house, process, lock } = await opened()
    await lock(ada)
    expect(await inTime(house, process.engine.deploy({ ...request('r1'), by: eve }))).toMatchObject({
      reason: 'lock-held',
      detail: { kind: 'person', holder: 'ada' },
    })
    expect(await house.store.rollouts({ limit: 1 })).toEqual([])
    const rollout = await deploy(house, process, request('r1'))
    await until(house, rollout, 'succeeded')
    expect(await record(house)).toEqual(['1 lock accepted', '2 deploy lock-held', '1 deploy accepted'])
  })

  it('stops whoever carries a rollout further, never whoever ends it', async () => {
    const { house, process, lock } = await opened()
    house.remote.behave = () => 'fail'
    const rollout = await deploy(house, process, request('r1', one))
    await until(house, rollout, 'halted')
    await lock(ada)
    for (const kind of ['retry', 'resume', 'continue'] as const)
      expect(await inTime(house, process.engine.ask(rollout, eve, { kind }))).toMatchObject({ reason: 'lock-held' })
    expect(await inTime(house, process.engine.ask(rollout, eve, { kind: 'skip', hostName: 'a1' }))).toEqual({
      kind: 'accepted',
    })
    expect(await inTime(house, process.engine.ask(rollout, eve, { kind: 'abort' }))).toEqual({ kind: 'accepted' })
    expect((await record(house)).slice(2)).toEqual([
      '2 retry lock-held',
      '2 resume lock-held',
      '2 continue lock-held',
      '2 skip accepted',
      '2 abort accepted',
    ])
  })

  it('stops no rollback, nor what carries one further', async () => {
    const { house, process, lock } = await opened()
    await until(house, await deploy(house, process, request('r1', one)), 'succeeded')
    await until(house, await deploy(house, process, request('r2', one)), 'succeeded')
    await lock(ada)
    house.remote.behave = () => 'fail'
    const back = startedBy(await inTime(house, process.engine.rollback({ ...here, by: eve }))).rollout
    await until(house, back, 'halted')
    house.remote.behave = () => 'ok'
    expect(await inTime(house, process.engine.ask(back, eve, { kind: 'retry' }))).toEqual({ kind: 'accepted' })
    await until(house, back, 'succeeded')
  })
})

it('after a rollback automatic deploys are held, until a person deploys', async () => {
  const { house, process } = await opened()
  await until(house, await deploy(house, process, request('r1')), 'succeeded')
  await until(house, await deploy(house, process, request('r2')), 'succeeded')
  const back = startedBy(await inTime(house, process.engine.rollback({ ...here, by: eve, reason: 'slow' }))).rollout
  await until(house, back, 'succeeded')
  const merge = { ...request('r3'), automatic: true }
  expect(await inTime(house, process.engine.deploy(merge))).toMatchObject({
    reason: 'lock-held',
    detail: { kind: 'hold', holder: 'ada', reason: 'slow' },
  })
  await until(house, await deploy(house, process, request('r3')), 'succeeded')
  await until(house, await deploy(house, process, { ...request('r4'), automatic: true }), 'succeeded')
})

describe('the audit', () => {
  it('is committed before anybody is told of a refusal', async () => {
    const { house, process } = await opened()
    const heard: string[] = []
    const note = house.store.note
    const slow: typeof note = async (fact) => {
      await new Promise<void>((resolve) => house.clock.after(1_000, resolve))
      await note(fact)
      heard.push('noted')
    }
    Object.defineProperty(house.store, 'note', { value: slow })
    await inTime(house, process.engine.rollback({ ...here, by: eve })).then(() => heard.push('told'))
    await inTime(house, process.engine.ask('nothing', eve, { kind: 'halt' })).then(() => heard.push('told'))
    expect(heard).toEqual(['noted', 'told', 'noted', 'told'])
  })

  it('keeps every intent with what came of it, in one whole chain', async () => {
    const { house, process } = await opened()
    house.remote.behave = () => ({ kind: 'slow', ms: 5_000 })
    await inTime(house, process.engine.deploy({ ...request('r1'), approvedDigest: 'x' }))
    const rollout = await deploy(house, process, { ...request('r1'), intent: 'github:1' })
    await inTime(house, process.engine.deploy({ ...request('r1'), intent: 'github:1' }))
    await inTime(house, process.engine.deploy({ ...request('r2'), by: eve }))
    await inTime(house, process.engine.ask(rollout, eve, { kind: 'resume' }))
    await inTime(house, process.engine.ask(rollout, ada, { kind: 'halt' }))
    await inTime(house, process.engine.askOnce('github:2', { rollout, by: ada, ask: { kind: 'abort' } }))
    await inTime(house, process.engine.askOnce('github:2', { rollout, by: ada, ask: { kind: 'abort' } }))
    expect(await record(house)).toEqual([
      '1 deploy plan-changed',
      '1 deploy accepted',
      '2 deploy rollout-running',
      '2 resume not-possible-now',
      '1 halt accepted',
      '1 abort accepted',
    ])
    const entries = (await house.store.audit({ limit: 100 })).toReversed()
    expect(brokenAudit(entries, (text) => house.ids.digest(text))).toBeUndefined()
    expect(entries[1]?.fact).toMatchObject({ ...here, release: 'r1', rollout, intent: 'github:1' })
    expect(entries[5]?.fact).toMatchObject({ rollout, intent: 'github:2' })
  })

  it('says that nobody answered, and later what was answered', async () => {
    const house = openHouse()
    const { engine } = new Process(house)
    const { rollout } = startedBy(await inTime(house, engine.deploy(request('r1'))))
    expect(await inTime(house, engine.ask(rollout, ada, { kind: 'halt' }))).toMatchObject({ reason: 'no-answer' })
    await startProcess(house)
    await until(house, rollout, 'halted')
    expect((await record(house)).slice(1)).toEqual(['1 halt no-answer', '1 halt accepted'])
  })

  it('knows who took up what a dead process left', async () => {
    const house = openHouse()
    const idle = await startProcess(house)
    house.remote.behave = () => 'hang'
    const rollout = await deploy(house, idle, request('r1'))
    await until(house, rollout, 'running')
    idle.die()
    const { engine } = await startProcess(house)
    const taken = await inTime(house, engine.takeUp(rollout, eve))
    expect(taken).toEqual({ kind: 'accepted' })
    expect((await record(house)).at(-1)).toBe('2 resume accepted')
  })
})

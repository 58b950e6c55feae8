// What people ask of a rollout: through its mailbox, answered by whoever drives it, or by nobody in time.

import { describe, expect, it } from 'vitest'
import type { Ask } from '../../src/core/intent.ts'
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
  startProcess,
  stored,
  until,
} from '../support/rollout-engine.ts'

const count = (n: number) => ({ kind: 'count', count: n }) as const
const accepted = { kind: 'accepted' }

function ask(house: House, { engine }: Process, rollout: string, what: Ask) {
  return inTime(house, engine.ask(rollout, ada, what))
}

async function halted(): Promise<{ house: House; process: Process; rollout: string }> {
  const house = openHouse()
  house.remote.behave = ({ host, attempt }) => (host === 'b1' && attempt === 1 ? 'fail' : 'ok')
  const process = await startProcess(house)
  const rollout = await deploy(house, process, request('r1', { batch: [count(1)] }))
  await until(house, rollout, 'halted')
  return { house, process, rollout }
}

describe('asks', () => {
  it('halt is effective within a second, whatever the hosts do', async () => {
    const house = openHouse()
    house.remote.behave = () => ({ kind: 'slow', ms: 60_000 })
    const process = await startProcess(house)
    const rollout = await deploy(house, process, request('r1', { batch: [count(2)] }))
    await house.clock.until(() => house.remote.order(rollout).length === 2)
    const asked = house.clock.now()
    expect(await ask(house, process, rollout, { kind: 'halt' })).toEqual(accepted)
    expect(house.clock.now() - asked).toBeLessThan(1_000)
    expect(await phaseOf(house, rollout)).toBe('halting')
    await until(house, rollout, 'halted')
    expect(await phases(house, rollout)).toEqual({ a1: 'succeeded', a2: 'queued', b1: 'succeeded', b2: 'queued' })
  })

  it('halt is heard at once in the driver’s own process, and claims that have not reached their host never do', async () => {
    const house = openHouse()
    const process = await startProcess(house)
    const rollout = await deploy(house, process, request('r1'))
    await house.clock.until(() => process.commits.length === 1)
    const asked = house.clock.now()
    await ask(house, process, rollout, { kind: 'halt' })
    expect((await house.store.trail(rollout)).find(({ kind }) => kind === 'asked')?.at).toBe(asked)
    await until(house, rollout, 'halted')
    expect(house.remote.journal).toEqual([])
    expect(await phases(house, rollout)).toEqual({ a1: 'queued', a2: 'queued', b1: 'queued', b2: 'queued' })
  })

  it('resume goes on with what never started, and the rollout ends as failed', async () => {
    const { house, process, rollout } = await halted()
    expect(await ask(house, process, rollout, { kind: 'resume' })).toEqual(accepted)
    await until(house, rollout, 'failed')
    expect(await phases(house, rollout)).toEqual({ a1: 'succeeded', a2: 'succeeded', b1: 'failed', b2: 'succeeded' })
  })

  it('retry of a failed rollout runs the failed hosts only, under a new attempt', async () => {
    const { house, process, rollout } = await halted()
    await ask(house, process, rollout, { kind: 'resume' })
    await until(house, rollout, 'failed')
    const ended = await house.store.rollout(rollout)
    expect(ended?.finishedAt).toBeDefined()
    expect(await ask(house, process, rollout, { kind: 'retry' })).toEqual(accepted)
    await until(house, rollout, 'succeeded')
    expect(house.remote.order(rollout)).toEqual(['a1', 'b1', 'a2', 'b2', 'b1'])
    expect((await stored(house, rollout)).b1).toMatchObject({ phase: 'succeeded', attempt: 2 })
    expect((await house.store.log(rollout, 2)).map(({ attempt }) => attempt)).toEqual([1, 2])
  })

  it('an unknown host is attached to by a retry, under the same attempt', async () => {
    const house = openHouse()
    house.remote.behave = ({ host }) => (host === 'a1' ? 'unknown' : 'ok')
    const process = await startProcess(house)
    const rollout = await deploy(house, process, request('r1', { zones: { a: 2 } }))
    await until(house, rollout, 'failed')
    expect(await phases(house, rollout)).toMatchObject({ a1: 'unknown' })
    expect(await ask(house, process, rollout, { kind: 'retry' })).toEqual(accepted)
    await until(house, rollout, 'succeeded')
    expect(house.remote.journal.filter(({ host }) => host === 'a1').map(({ what }) => what)).toEqual([
      'began',
      'attached',
    ])
  })

  it('skip takes a host out, continue ends a wait, abort ends it all', async () => {
    const house = openHouse()
    const process = await startProcess(house)
    const stages = { order: 'zone-by-zone', betweenZones: { kind: 'wait' } } as const
    const rollout = await deploy(house, process, request('r1', { ...stages, zones: { a: 1, b: 2, c: 1 } }))
    await until(house, rollout, 'waiting')
    expect(await ask(house, process, rollout, { kind: 'skip', hostName: 'b1' })).toEqual(accepted)
    expect(await ask(house, process, rollout, { kind: 'continue' })).toEqual(accepted)
    await until(house, rollout, 'waiting')
    expect(await ask(house, process, rollout, { kind: 'abort' })).toEqual(accepted)
    expect(await phaseOf(house, rollout)).toBe('aborted')
    expect(await phases(house, rollout)).toEqual({ a1: 'succeeded', b1: 'skipped', b2: 'succeeded', c1: 'queued' })
  })

  it.each<[Ask, object]>([
    [{ kind: 'continue' }, { reason: 'not-possible-now', detail: { ask: 'continue', phase: 'halted' } }],
    [{ kind: 'skip', hostName: 'zz' }, { reason: 'unknown-host' }],
  ])('refuses %o of a halted rollout', async (what, refusal) => {
    const { house, process, rollout } = await halted()
    expect(await ask(house, process, rollout, what)).toMatchObject({ kind: 'refused', ...refusal })
  })

  it('refuses for a rollout that there is not', async () => {
    const house = openHouse()
    expect(await ask(house, await startProcess(house), 'nothing', { kind: 'halt' })).toMatchObject({
      reason: 'no-rollout',
    })
  })
})

describe('letters', () => {
  async function post(house: House, rollout: string, asks: readonly Ask[]): Promise<void> {
    for (const [index, one] of asks.entries())
      await house.store.post({ id: `q${index}`, rollout, by: ada, ask: one, at: house.clock.now() })
  }

  it('posted while nobody drives are answered by the next process, in their order', async () => {
    const { house, process, rollout } = await halted()
    process.die()
    await post(house, rollout, [{ kind: 'skip', hostName: 'b1' }, { kind: 'resume' }, { kind: 'halt' }])
    await startProcess(house)
    await house.clock.until(async () => (await house.store.letters(rollout)).length === 0)
    expect(await Promise.all(['q0', 'q1', 'q2'].map((id) => house.store.answer(id)))).toEqual([
      accepted,
      accepted,
      accepted,
    ])
    await until(house, rollout, 'halted')
    expect(
      (await house.store.trail(rollout)).filter(({ kind }) => kind === 'asked').map(({ body }) => body),
    ).toMatchObject([{ ask: { kind: 'skip' } }, { ask: { kind: 'resume' } }, { ask: { kind: 'halt' } }])
  })

  it('posted by another process reach the driver without its help', async () => {
    const house = openHouse()
    house.remote.behave = () => ({ kind: 'slow', ms: 60_000 })
    const driving = await startProcess(house)
    const rollout = await deploy(house, driving, request('r1', { batch: [count(1)] }))
    await house.clock.until(() => house.remote.order(rollout).length === 1)
    const asked = house.clock.now()
    await post(house, rollout, [{ kind: 'halt' }])
    await house.clock.until(async () => (await house.store.answer('q0')) !== undefined)
    expect(house.clock.now() - asked).toBeLessThanOrEqual(600)
  })

  it('a letter that comes while the driver leaves is not lost', async () => {
    const { house, process, rollout } = await halted()
    const letters = house.store.letters.bind(house.store)
    let late = true
    // It arrives just after the driver has looked: the last look before it goes.
    house.store.letters = async (id) => {
      const found = await letters(id)
      if (late && found.length === 0 && id === rollout) {
        late = false
        await post(house, rollout, [{ kind: 'resume' }])
        void process.engine.ask(rollout, ada, { kind: 'halt' })
      }
      return found
    }
    await ask(house, process, rollout, { kind: 'skip', hostName: 'b1' })
    await house.clock.until(async () => (await letters(rollout)).length === 0, 5_000)
  })

  it('nobody answers: the asker is told so', async () => {
    const { house, process, rollout } = await halted()
    process.die()
    const other = await startProcess(openHouse())
    expect(other.alive).toBe(true)
    const alone = new (await import('../support/rollout-engine.ts')).Process(house)
    expect(await ask(house, alone, rollout, { kind: 'resume' })).toMatchObject({
      reason: 'no-answer',
      detail: { seconds: 15 },
    })
  })
})

describe('retry of an older rollout', () => {
  async function failedThenNext(behaviour: 'ok' | 'hang') {
    const house = openHouse()
    house.remote.behave = ({ host, release }) => {
      if (release === 'r1') return host === 'b1' ? 'fail' : 'ok'
      return behaviour
    }
    const process = await startProcess(house)
    const old = await deploy(house, process, request('r1', { maxFailures: { fleet: count(1) } }))
    await until(house, old, 'failed')
    const next = await deploy(house, process, request('r2'))
    return { house, process, old, next }
  }

  it('is refused while another one runs, and both stay as they were', async () => {
    const { house, process, old, next } = await failedThenNext('hang')
    const before = await house.store.rollout(old)
    await house.clock.until(() => house.remote.order(next).length === 4)
    expect(await ask(house, process, old, { kind: 'retry' })).toMatchObject({ kind: 'refused' })
    const { epoch: _, ...after } = (await house.store.rollout(old)) ?? { epoch: 0 }
    expect(after).toMatchObject({ cursor: before?.cursor, finishedAt: before?.finishedAt })
    expect(await phaseOf(house, next)).toBe('running')
  })

  it('is refused after a newer one: it would take its hosts back to the older release', async () => {
    const { house, process, old, next } = await failedThenNext('ok')
    await until(house, next, 'succeeded')
    expect(await ask(house, process, old, { kind: 'retry' })).toMatchObject({ kind: 'refused' })
    expect(await phaseOf(house, old)).toBe('failed')
    expect(house.remote.installed('b1')).toBe('r2')
  })
})

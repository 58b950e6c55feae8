// What arrives is handled once in effect: repeated, shuffled, failing, or cut off between any two effects.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  door,
  type Fate,
  type House,
  isQuiet,
  openHouse,
  releaseRequest,
  startProcess,
} from '../support/projection-house.ts'
import { ada } from '../support/rollout-engine.ts'

const DAY_MS = 24 * 60 * 60_000
const settled = (house: House) => house.clock.until(() => isQuiet(house), DAY_MS)
const rollouts = (house: House) => house.store.rollouts({ limit: 100 })

it('100 duplicates at once are one intent, one rollout, one audit entry', async () => {
  const house = openHouse()
  const { engine } = await startProcess(house)
  const message = door('d1', 'deploy r1')
  const received = await Promise.all(Array.from({ length: 100 }, () => engine.receive(message)))
  expect(received.filter(({ kind }) => kind === 'new')).toHaveLength(1)
  await settled(house)
  expect(await rollouts(house)).toMatchObject([{ intent: 'door:d1', cursor: { phase: 'succeeded' } }])
  const [rollout] = await rollouts(house)
  const requests = (await house.store.trail(rollout?.id ?? '')).filter(({ kind }) => kind === 'requested')
  expect(requests).toMatchObject([{ body: { intent: 'door:d1' } }])
  expect(await house.store.inbox.read('door:d1')).toMatchObject({ state: 'done', note: 'started', tries: 1 })
})

it('a handler that throws is called again, later each time, and what failed for good is kept and runs on redelivery', async () => {
  const house = openHouse()
  const at: number[] = []
  let healed = false
  house.handle = async () => {
    at.push(house.clock.now())
    if (!healed) throw new Error('GitHub is away')
    return { kind: 'done' }
  }
  const process = await startProcess(house)
  const message = door('d1', 'x')
  await process.engine.receive(message)
  await settled(house)
  expect(at).toHaveLength(10)
  const gaps = at.slice(1).map((time, index) => time - (at[index] ?? 0))
  expect(gaps.every((gap, index) => index < 2 || gap > (gaps[index - 2] ?? 0))).toBe(true)
  expect(process.failures).toHaveLength(10)
  expect(await house.store.inbox.failed(9)).toMatchObject([{ id: 'door:d1', note: 'Error: GitHub is away' }])
  healed = true
  expect(await process.engine.receive(message)).toMatchObject({ kind: 'again' })
  await settled(house)
  expect(at).toHaveLength(11)
  expect(await house.store.inbox.read('door:d1')).toMatchObject({ state: 'done' })
  expect(await process.engine.receive(message)).toMatchObject({ kind: 'repeated' })
})

it('why it failed is kept without the token that an error quoted', async () => {
  const house = openHouse()
  house.handle = () => Promise.reject(new Error(`401 for Bearer ghs_${'a1B2'.repeat(9)}`))
  const { engine } = await startProcess(house)
  await engine.receive(door('d1', 'x'))
  await settled(house)
  expect(await house.store.inbox.failed(1)).toMatchObject([{ note: 'Error: 401 for Bearer [REDACTED]' }])
})

it('a message that takes its process with it each time ends as failed', async () => {
  const house = openHouse()
  let calls = 0
  house.handle = () => {
    calls += 1
    for (const process of house.held.values()) process.die()
    return new Promise(() => {})
  }
  await house.store.inbox.receive(door('d1', 'x'))
  while (!house.store.inbox.isHandled) {
    const living = await startProcess(house)
    await house.clock.until(() => !living.alive || house.store.inbox.isHandled)
  }
  expect(calls).toBe(10)
  expect(await house.store.inbox.failed(1)).toMatchObject([{ note: 'its handling was cut off each time' }])
})

it('a handler may put a message off', async () => {
  const house = openHouse()
  const at: number[] = []
  house.handle = async () => {
    at.push(house.clock.now())
    return at.length < 15 ? { kind: 'later', afterMs: 60_000 } : { kind: 'done' }
  }
  const { engine } = await startProcess(house)
  await engine.receive(door('d1', 'x'))
  await settled(house)
  expect(at).toHaveLength(15)
  expect(at[1]).toBeGreaterThanOrEqual((at[0] ?? 0) + 60_000)
})

describe('cut off', () => {
  /** The effects of one process that handles, drives and tells a whole deploy. */
  async function effectsOfOne(): Promise<number> {
    const house = openHouse()
    await house.store.inbox.receive(door('d1', 'deploy r1'))
    const process = await startProcess(house)
    await settled(house)
    return process.effects
  }

  const cuts = (count: number): Fate[] =>
    Array.from({ length: count }, (_, index) => [{ dieBefore: index + 1 }, { dieAfter: index + 1 }]).flat()

  it('before or after any effect: one rollout, one object each, all told', { timeout: 60_000 }, async () => {
    const count = await effectsOfOne()
    expect(count).toBeGreaterThan(30)
    for (const fate of cuts(count)) {
      const house = openHouse()
      await house.store.inbox.receive(door('d1', 'deploy r1'))
      const first = await startProcess(house, fate)
      await house.clock.until(async () => !first.alive || (await isQuiet(house)))
      first.die()
      await startProcess(house)
      await settled(house)
      expect([fate, await summary(house)]).toEqual([fate, DEPLOYED])
    }
  })

  it('again and again, with several processes', { timeout: 60_000 }, async () => {
    const house = openHouse()
    await house.store.inbox.receive(door('d1', 'deploy r1'))
    for (let life = 0; life < 60 && !(await isQuiet(house)); life++) {
      const pair = [
        await startProcess(house, { dieAfter: 3 + (life % 5) }),
        await startProcess(house, { dieBefore: 6 + (life % 7) }),
      ]
      await house.clock.until(async () => pair.every(({ alive }) => !alive) || (await isQuiet(house)))
      for (const process of pair) process.die()
    }
    await startProcess(house)
    await settled(house)
    expect(await summary(house)).toEqual(DEPLOYED)
  })
})

const DEPLOYED = {
  rollouts: ['r1 succeeded door:d1'],
  forge: ['deployment', 'status', 'zone/a', 'zone/b'],
  chat: ['message/T1/C1', 'stages/T1/C1'],
  last: ['success'],
  faults: [],
}

/** What there is afterwards, by name: each object once, whatever happened. */
async function summary(house: House) {
  const keys = (markers: readonly { marker: string }[]) =>
    markers.map(({ marker }) => marker.split('/').slice(1, -1).join('/')).sort()
  const all = await rollouts(house)
  const { forge, chat } = house
  return {
    rollouts: all.map(({ releaseId, cursor, intent }) => `${releaseId} ${cursor.phase} ${intent}`),
    forge: [...new Set(keys(forge.standing))].filter(
      (key) => key !== 'status' || keys(forge.standing).includes('status'),
    ),
    chat: keys(chat.standing),
    last: all.map(({ id }) => forge.states(id).at(-1)),
    faults: [...forge.faults, ...chat.faults],
  }
}

it('shuffled and repeated deliveries cause what was asked, each once', async () => {
  const asked = ['deploy r1 shop', 'deploy r1 post', 'halt shop', 'halt post']
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray([...asked, ...asked], { minLength: 8 }), async (bodies) => {
      const house = openHouse()
      const { engine } = await startProcess(house)
      for (const body of bodies) {
        await engine.receive(door(body.replaceAll(' ', '-'), body))
        await house.clock.pass(700)
      }
      await house.clock.until(async () => house.store.inbox.isHandled && (await house.store.pending()).length === 0)
      const all = await rollouts(house)
      expect(all.map(({ application }) => application).sort()).toEqual(['post', 'shop'])
      for (const body of asked)
        expect(await house.store.inbox.read(`door:${body.replaceAll(' ', '-')}`)).toMatchObject({ state: 'done' })
      for (const { id } of all) {
        const trail = await house.store.trail(id)
        expect(trail.filter(({ kind }) => kind === 'asked').length).toBeLessThanOrEqual(1)
      }
    }),
    { numRuns: 20 },
  )
})

describe('intents', () => {
  it('a deploy with the intent of another answers with that', async () => {
    const house = openHouse()
    const { engine } = await startProcess(house)
    const first = await engine.deploy({ ...releaseRequest('r1'), intent: 'i1' })
    expect(await engine.deploy({ ...releaseRequest('r1'), intent: 'i1' })).toEqual(first)
    await settled(house)
    expect(await engine.deploy({ ...releaseRequest('r1'), intent: 'i1' })).toEqual(first)
    expect(await rollouts(house)).toHaveLength(1)
  })

  it('several at once with one intent start one rollout and all get it', async () => {
    const house = openHouse()
    const { engine } = await startProcess(house)
    const what = { ...releaseRequest('r1'), intent: 'i1' }
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => engine.deploy(what)))
    expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size).toBe(1)
    expect(outcomes[0]).toMatchObject({ kind: 'started' })
  })

  it('a rollback with the same intent goes back once', async () => {
    const house = openHouse()
    const { engine } = await startProcess(house)
    for (const release of ['r1', 'r2', 'r3']) {
      await engine.deploy(releaseRequest(release))
      await settled(house)
    }
    const back = { application: 'shop', environment: 'production', by: ada, intent: 'i1' }
    const first = await engine.rollback(back)
    await settled(house)
    expect(await engine.rollback(back)).toEqual(first)
    expect(house.remote.installed('a1')).toBe('r2')
    expect(await rollouts(house)).toHaveLength(4)
  })

  it('an ask with the same intent is posted once, and its answer is kept', async () => {
    const house = openHouse()
    const { engine } = await startProcess(house)
    house.remote.behave = () => ({ kind: 'slow', ms: 60_000 })
    const outcome = await engine.deploy(releaseRequest('r1'))
    const rollout = outcome.kind === 'started' ? outcome.rollout : ''
    const halt = { rollout, by: ada, ask: { kind: 'halt' } } as const
    const answers: unknown[] = []
    const ask = () => engine.askOnce('i1', halt).then((answer) => answers.push(answer))
    void Promise.all([ask(), ask()])
    await house.clock.until(() => answers.length === 2)
    void ask()
    await house.clock.until(() => answers.length === 3)
    expect(answers).toEqual([{ kind: 'accepted' }, { kind: 'accepted' }, { kind: 'accepted' }])
    expect((await house.store.trail(rollout)).filter(({ kind }) => kind === 'asked')).toHaveLength(1)
  })
})

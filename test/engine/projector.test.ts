// What the outside is told of a rollout: one object each, the newest state, whatever the weather out there; and the rollout
// never waits for it.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FakeOutside, Weather } from '../support/fake-outside.ts'
import { type House, isQuiet, openHouse, releaseRequest, startProcess } from '../support/projection-house.ts'
import { inTime, phaseOf, startedBy, until } from '../support/rollout-engine.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const told = (house: House) => house.clock.until(() => isQuiet(house), 48 * HOUR_MS)

async function deploy(house: House, what = releaseRequest('r1')): Promise<string> {
  const { engine } = await startProcess(house)
  return startedBy(await inTime(house, engine.deploy(what))).rollout
}

/** The outside objects by the names that the surface gave them: how many stand, and what the newest says. */
function standing<Content>(outside: FakeOutside<Content>): Record<string, Content[]> {
  const byKey: Record<string, Content[]> = {}
  for (const { id, marker } of outside.standing) {
    const key = marker.split('/').slice(1, -1).join('/')
    const content = outside.newest(id)
    if (content !== undefined) byKey[key] = [...(byKey[key] ?? []), content]
  }
  return byKey
}

/** After a rollout over zones a and b that succeeded. */
function expectTold(house: House): void {
  const forge = standing(house.forge)
  expect(Object.keys(forge).sort()).toEqual(['deployment', 'status', 'zone/a', 'zone/b'])
  expect(forge.deployment).toHaveLength(1)
  expect(forge.status?.at(-1)).toMatchObject({ state: 'success' })
  expect(forge['zone/a']).toMatchObject([{ status: 'completed', conclusion: 'success' }])
  expect(forge['zone/b']).toMatchObject([{ status: 'completed', conclusion: 'success' }])
  const chat = standing(house.chat)
  expect(Object.keys(chat).sort()).toEqual(['message/T1/C1', 'stages/T1/C1'])
  expect(chat['message/T1/C1']).toMatchObject([{ rollout: { phase: 'succeeded' } }])
  expect(chat['stages/T1/C1']).toMatchObject([{ stages: [{ state: 'done' }] }])
  expect([...house.forge.faults, ...house.chat.faults]).toEqual([])
}

it('tells of a rollout from its beginning to its end, in place', async () => {
  const house = openHouse()
  house.remote.behave = () => ({ kind: 'slow', ms: 20_000 })
  const rollout = await deploy(house)
  await told(house)
  expectTold(house)
  expect(house.forge.states(rollout)).toEqual(['in_progress', 'success'])
  const [message] = house.chat.standing
  expect(message?.versions.length).toBeGreaterThan(3)
})

it('a rollout over before anybody looked is told of all the same', async () => {
  const house = openHouse()
  const rollout = await deploy(house)
  await told(house)
  expectTold(house)
  expect(house.forge.states(rollout).at(-1)).toBe('success')
})

it('tells the halted one, tells when it goes on, and rests only at the end', async () => {
  const house = openHouse()
  house.remote.behave = ({ host, attempt }) => (host === 'a2' && attempt === 1 ? 'fail' : 'ok')
  const { engine } = await startProcess(house)
  const { rollout } = startedBy(await inTime(house, engine.deploy(releaseRequest('r1'))))
  await until(house, rollout, 'halted')
  await house.clock.until(() => house.forge.states(rollout).at(-1) === 'failure')
  await house.clock.pass(MINUTE_MS)
  const { 'failures/T1/C1': failures, 'halted/T1/C1': halts } = standing(house.chat)
  expect(failures).toMatchObject([{ failures: [{ signature: 'start exited 1', hosts: { names: ['a2'] } }] }])
  expect(halts).toMatchObject([{ halt: { kind: 'fleet-budget', failed: 1 } }])
  const calls = house.forge.calls.length
  await house.clock.pass(HOUR_MS)
  expect(house.forge.calls).toHaveLength(calls)
  await inTime(house, engine.ask(rollout, { via: 'terminal', id: '1', name: 'ada' }, { kind: 'retry' }))
  await told(house)
  expect(house.forge.states(rollout).at(-1)).toBe('success')
})

it('marks the production deployment that it replaces as inactive', async () => {
  const house = openHouse()
  const { engine } = await startProcess(house)
  const one = startedBy(await inTime(house, engine.deploy(releaseRequest('r1'))))
  await told(house)
  const two = startedBy(await inTime(house, engine.deploy(releaseRequest('r2'))))
  await told(house)
  const [inactive] = house.forge.standing.filter(({ marker }) => marker.startsWith(`${two.rollout}/inactive/`))
  const parent = house.forge.objects.get(inactive?.parent ?? '')
  expect(parent?.marker).toBe(`${one.rollout}/deployment/1`)
})

describe('in bad weather', () => {
  const kinds: Weather[] = [
    'error-before',
    'error-after',
    'cut',
    'slow',
    'deleted',
    { kind: 'limited' },
    { kind: 'limited', retryAfterMs: 30_000 },
  ]

  it.each(kinds)(
    '%o for the first eight calls: one object each afterwards, and the rollout did not wait',
    async (bad) => {
      const house = openHouse()
      for (const outside of [house.forge, house.chat])
        outside.weather = ({ number }: { number: number }) => (number <= 8 ? bad : 'fine')
      const rollout = await deploy(house)
      await until(house, rollout, 'succeeded')
      const record = await house.store.rollout(rollout)
      expect((record?.finishedAt ?? 0) - (record?.createdAt ?? 0)).toBeLessThan(10_000)
      await told(house)
      if (bad !== 'deleted') expectTold(house)
      expect([...house.forge.faults, ...house.chat.faults]).toEqual([])
    },
  )

  it('any script of failures ends with one object each and the final state', async () => {
    const weather = fc.oneof(
      fc.constantFrom<Weather>('fine', 'error-before', 'error-after', 'cut', 'slow'),
      fc.record({ kind: fc.constant('limited' as const), retryAfterMs: fc.integer({ min: 0, max: 120_000 }) }),
      fc.constant<Weather>({ kind: 'limited' }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(weather, { maxLength: 60 }), fc.boolean(), async (script, slowly) => {
        const house = openHouse()
        if (slowly) house.remote.behave = () => ({ kind: 'slow', ms: 20_000 })
        for (const outside of [house.forge, house.chat])
          outside.weather = ({ number }: { number: number }) => script[number - 1] ?? 'fine'
        await deploy(house)
        await told(house)
        expectTold(house)
      }),
      { numRuns: 60 },
    )
  }, 60_000)

  it('a write after a long look is not too near to the next one', async () => {
    const house = openHouse()
    house.remote.behave = () => ({ kind: 'slow', ms: 20_000 })
    const script: Weather[] = [{ kind: 'limited', retryAfterMs: 16_001 }, 'slow']
    for (const outside of [house.forge, house.chat])
      outside.weather = ({ number }: { number: number }) => script[number - 1] ?? 'fine'
    await deploy(house)
    await told(house)
    expectTold(house)
  })

  it('honours what the outside says about when to come back', async () => {
    const house = openHouse()
    house.forge.weather = ({ number }) => (number === 1 ? { kind: 'limited', retryAfterMs: 10 * MINUTE_MS } : 'fine')
    await deploy(house)
    await told(house)
    const [first, second] = house.forge.calls
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(10 * MINUTE_MS)
  })

  it('two hours away: few calls, and all is made up for afterwards', async () => {
    const house = openHouse()
    const end = house.clock.now() + 2 * HOUR_MS
    for (const outside of [house.forge, house.chat])
      outside.weather = ({ at }: { at: number }) => (at < end ? 'error-before' : 'fine')
    house.remote.behave = () => ({ kind: 'slow', ms: 10 * MINUTE_MS })
    const rollout = await deploy(house)
    await house.clock.until(async () => (await phaseOf(house, rollout)) === 'succeeded', 2 * HOUR_MS)
    expect(house.clock.now()).toBeLessThan(end)
    await told(house)
    expectTold(house)
    expect(house.clock.now()).toBeLessThan(end + 10 * MINUTE_MS)
    expect(house.forge.calls.filter(({ at }) => at < end).length).toBeLessThan(200)
  })

  it('what is refused is not tried again before it changes, and holds up nothing else', async () => {
    const house = openHouse()
    house.remote.behave = ({ host }) => ({ kind: 'slow', ms: host.startsWith('a') ? 30_000 : 200_000 })
    const refused: string[] = []
    house.forge.weather = ({ object }) => {
      if (object.content.kind !== 'check-run' || object.content.name !== 'a') return 'fine'
      refused.push(JSON.stringify(object.content))
      return 'refused'
    }
    const rollout = await deploy(house, releaseRequest('r1', { hosts: 4, atOnce: 2 }))
    await told(house)
    const forge = standing(house.forge)
    expect(Object.keys(forge).sort()).toEqual(['deployment', 'status', 'zone/b'])
    expect(forge.status?.at(-1)).toMatchObject({ state: 'success' })
    const known = await house.store.projections.objects(rollout, 'forge')
    expect(known.find(({ key }) => key === 'zone/a')).toMatchObject({
      refusal: { why: 'validation failed for token [REDACTED]' },
    })
    expect(refused.length).toBeGreaterThan(1)
    expect(new Set(refused).size).toBe(refused.length)
  })

  it('a message deleted by somebody is written once more, and then never again', async () => {
    const house = openHouse()
    house.remote.behave = () => ({ kind: 'slow', ms: 30_000 })
    const { engine } = await startProcess(house)
    const what = releaseRequest('r1', { hosts: 20 })
    await inTime(house, engine.deploy(what))
    const message = () => house.chat.standing.find(({ marker }) => marker.includes('/message/'))
    for (const life of [1, 2]) {
      await house.clock.until(() => message() !== undefined)
      expect(message()?.marker).toMatch(new RegExp(`/message/T1/C1/${life}$`))
      house.chat.remove(message()?.id ?? '')
    }
    await told(house)
    expect([...house.chat.objects.values()].filter(({ marker }) => marker.includes('/message/'))).toHaveLength(2)
    expect(house.chat.standing).toEqual([])
  })

  it('a deployment deleted by somebody comes back with its status', async () => {
    const house = openHouse()
    house.remote.behave = () => ({ kind: 'slow', ms: 30_000 })
    const rollout = await deploy(house)
    await house.clock.until(() => house.forge.states(rollout).length === 1)
    house.forge.remove(house.forge.standing.find(({ marker }) => marker.includes('/deployment/'))?.id ?? '')
    await told(house)
    expectTold(house)
  })

  it('a surface that throws is reported, and tried again', async () => {
    const house = openHouse()
    const bugs = [new Error('a bug')]
    house.forge.weather = () => {
      const one = bugs.pop()
      if (one) throw one
      return 'fine'
    }
    const process = await startProcess(house)
    await inTime(house, process.engine.deploy(releaseRequest('r1')))
    await told(house)
    expectTold(house)
    expect(process.failures).toMatchObject([[expect.stringMatching(/\/forge$/), { message: 'a bug' }]])
  })
})

describe('budgets', () => {
  it('three rollouts of 1,000 hosts stay inside the limits, show progress, and end at once', {
    timeout: 120_000,
  }, async () => {
    const house = openHouse()
    house.remote.behave = ({ host }) => ({
      kind: 'slow',
      ms: MINUTE_MS + 5_000 * (host.length + (Number(host.at(-1)) % 5)),
    })
    const { engine } = await startProcess(house)
    const ids: string[] = []
    for (const application of ['shop', 'post', 'bank']) {
      const what = releaseRequest('r1', { application, hosts: 500, atOnce: 50 })
      ids.push(startedBy(await inTime(house, engine.deploy(what))).rollout)
    }
    const ended = new Map<string, number>()
    await house.clock.until(async () => {
      for (const id of ids) {
        if (!ended.has(id) && house.forge.states(id).at(-1) === 'success') ended.set(id, house.clock.now())
      }
      return ended.size === ids.length
    }, 24 * HOUR_MS)
    for (const id of ids) {
      const { finishedAt = 0, createdAt = 0 } = { ...(await house.store.rollout(id)) }
      expect(finishedAt - createdAt).toBeGreaterThan(20 * MINUTE_MS)
      expect((ended.get(id) ?? 0) - finishedAt).toBeLessThan(15_000)
    }
    await told(house)
    expect([...house.forge.faults, ...house.chat.faults]).toEqual([])
    const versions = house.forge.standing
      .filter(({ marker }) => marker.includes('/zone/'))
      .map((each) => each.versions.length)
    expect(Math.min(...versions)).toBeGreaterThan(5)
  })
})

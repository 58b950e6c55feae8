// What an operator sees of a rollout in the collector: one trace, its tree, its times, whoever drove it.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hostOf, rootOf, stageOf, traceOf } from '../../../src/adapters/otel/span.ts'
import { type Collector, type Got, openCollector } from '../../support/otlp-collector.ts'
import { ada, inTime, phaseOf, request, startedBy, stored, until } from '../../support/rollout-engine.ts'
import { openTracedHouse, type TracedHouse, type TracedProcess } from '../../support/traced-house.ts'

let collector: Collector
let house: TracedHouse
beforeEach(async () => {
  collector = await openCollector()
  house = openTracedHouse(collector, ['hunter22'])
})
afterEach(() => collector.close())

const count = (number: number) => ({ kind: 'count', count: number }) as const
const hosts = (fault?: string) =>
  collector.spans.filter(({ name }) => name.startsWith('host')).filter((s) => !fault || s.fault === fault)
const named = (name: string) => collector.spans.filter((span) => span.name === name)

async function deploy({ engine }: TracedProcess, what: Parameters<typeof request>[1] = {}): Promise<string> {
  return startedBy(await inTime(house, engine.deploy(request('r1', what)))).rollout
}

/** Every span but the root hangs below one that was told too, and none has another's id. */
function expectWhole(spans: readonly Got[]): void {
  const ids = spans.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  expect(spans.filter(({ parent }) => parent === undefined)).toHaveLength(1)
  expect(spans.filter(({ parent }) => parent !== undefined && !ids.includes(parent))).toEqual([])
}

it('is one trace: the rollout, its stages, hosts and steps, with the times that the store has', async () => {
  const canary = { canary: { hosts: count(1), after: { kind: 'bake', ms: 60_000 } } } as const
  const process = await house.begin()
  const rollout = await deploy(process, canary)
  await until(house, rollout, 'succeeded')
  await house.end(process)
  expectWhole(collector.spans)
  expect(new Set(collector.spans.map(({ trace }) => trace))).toEqual(new Set([traceOf(rollout)]))
  const [root] = named('deploy shop/production')
  const record = await house.store.rollout(rollout)
  expect(root).toMatchObject({ id: rootOf(rollout), from: record?.createdAt, to: record?.finishedAt, fault: undefined })
  expect(root?.attributes).toEqual({
    'deployment.id': rollout,
    'deployment.environment.name': 'production',
    'deployment.status': 'succeeded',
    'houston.application': 'shop',
    'houston.kind': 'deploy',
    'houston.release': 'r1',
    'houston.hosts': 4,
    'houston.outcome': 'succeeded',
    'user.id': 'terminal:1',
  })
  expect(named('bake').map(({ from, to, parent }) => [to - from, parent])).toEqual([[60_000, rootOf(rollout)]])
  const states = await stored(house, rollout)
  for (const { attributes, from, to, id, parent } of hosts()) {
    const name = String(attributes['houston.host'])
    expect({ from, to }).toEqual({ from: states[name]?.startedAt, to: states[name]?.finishedAt })
    expect({ id, parent }).toEqual({
      id: hostOf(rollout, name, 1),
      parent: stageOf(rollout, String(attributes['houston.stage'])),
    })
    const below = collector.spans.filter((span) => span.parent === id)
    expect(below.map((span) => span.name)).toEqual(['switch', 'start', 'validate'])
    for (const step of below) expect(step.to - step.from).toBeGreaterThanOrEqual(9)
  }
  expect(
    hosts()
      .map(({ attributes }) => attributes['houston.host'])
      .sort(),
  ).toEqual(['a1', 'a2', 'b1', 'b2'])
  expect(collector.spans.filter(({ name }) => name.startsWith('stage')).map(({ name }) => name)).toEqual([
    'stage canary',
    'stage fleet',
  ])
})

it('tells why it halted, for how long, and what a person did then', async () => {
  house.remote.behave = ({ host, attempt }) => (host === 'b1' && attempt === 1 ? 'fail' : 'ok')
  const process = await house.begin()
  const rollout = await deploy(process, { batch: [count(1)] })
  await until(house, rollout, 'halted')
  await house.clock.pass(120_000)
  await inTime(house, process.engine.ask(rollout, ada, { kind: 'retry' }))
  await until(house, rollout, 'succeeded')
  await house.end(process)
  expectWhole(collector.spans)
  const [halted] = named('halted')
  expect(halted?.attributes).toEqual({ 'houston.halt.reason': 'fleet-budget' })
  expect((halted?.to ?? 0) - (halted?.from ?? 0)).toBeGreaterThanOrEqual(120_000)
  const [failed] = hosts('start exited 1')
  expect(failed?.attributes).toMatchObject({
    'houston.host': 'b1',
    'houston.zone': 'b',
    'houston.attempt': 1,
    'houston.outcome': 'failed',
    'houston.signature': 'start exited 1',
    'error.type': 'failed',
  })
  expect(named('start').filter(({ fault }) => fault !== undefined)).toHaveLength(0)
  expect(hosts().filter(({ attributes }) => attributes['houston.host'] === 'b1')).toHaveLength(2)
})

it('tells how long others took to agree', async () => {
  const process = await house.begin()
  const wanted = { ...request('r1'), approvals: { required: 1, from: [], notAuthor: true } }
  const { rollout } = startedBy(await inTime(house, process.engine.deploy(wanted)))
  await house.clock.pass(60_000)
  await inTime(house, process.engine.ask(rollout, ada, { kind: 'approve' }))
  await house.clock.pass(60_000)
  await inTime(house, process.engine.ask(rollout, { ...ada, id: '2' }, { kind: 'approve' }))
  await until(house, rollout, 'succeeded')
  await house.end(process)
  expectWhole(collector.spans)
  const trail = await house.store.trail(rollout)
  const [requested, , agreed] = trail.map(({ at }) => at)
  expect(named('approval').map(({ from, to }) => ({ from, to }))).toEqual([{ from: requested, to: agreed }])
  for (const { from } of [...named('gates'), ...hosts()]) expect(from).toBeGreaterThanOrEqual(agreed ?? Infinity)
})

it('one that was halted until another took its place tells that too', async () => {
  house.remote.behave = ({ host }) => (host === 'b1' ? 'fail' : 'ok')
  const process = await house.begin()
  const rollout = await deploy(process, { batch: [count(1)] })
  await until(house, rollout, 'halted')
  await house.clock.pass(120_000)
  house.remote.behave = () => 'ok'
  const next = startedBy(await inTime(house, process.engine.deploy(request('r2'))))
  await until(house, next.rollout, 'succeeded')
  await house.end(process)
  const replaced = collector.spans.filter(({ trace }) => trace === traceOf(rollout))
  expectWhole(replaced)
  const [root, halted] = ['deploy shop/production', 'halted'].map((name) => replaced.find((span) => span.name === name))
  expect(root?.attributes['houston.outcome']).toBe('superseded')
  expect((halted?.to ?? 0) - (halted?.from ?? 0)).toBeGreaterThanOrEqual(120_000)
  expect(halted?.to).toBe(root?.to)
})

it('a failed one that is tried again goes on in its trace, and is told once as a whole', async () => {
  house.remote.behave = ({ host, attempt }) => (host === 'b1' && attempt === 1 ? 'fail' : 'ok')
  const process = await house.begin()
  const rollout = await deploy(process, { maxFailures: { fleet: { kind: 'percent', percent: 100 } } })
  await until(house, rollout, 'failed')
  await house.clock.pass(60_000)
  await inTime(house, process.engine.ask(rollout, ada, { kind: 'retry' }))
  await until(house, rollout, 'succeeded')
  await house.end(process)
  expectWhole(collector.spans)
  expect(named('deploy shop/production').map(({ fault }) => fault)).toEqual(['failed'])
  expect(named('retry shop/production').map(({ attributes }) => attributes['houston.outcome'])).toEqual(['succeeded'])
})

describe('whoever drives it', () => {
  it('a hand-over in the middle of a stage continues the trace', async () => {
    house.remote.behave = () => ({ kind: 'slow', ms: 5_000 })
    const first = await house.begin()
    const rollout = await deploy(first, { batch: [count(2)] })
    await house.clock.until(() => house.remote.order(rollout).length === 3)
    await house.clock.pass(1_000)
    await house.end(first)
    expect(named('deploy shop/production')).toEqual([])
    expect(await phaseOf(house, rollout)).toBe('running')
    const second = await house.begin()
    await until(house, rollout, 'succeeded')
    await house.end(second)
    expectWhole(collector.spans)
    expect(new Set(collector.spans.map(({ resource }) => resource['service.instance.id'])).size).toBe(2)
    const trail = await house.store.trail(rollout)
    const [stage] = collector.spans.filter(({ name }) => name.startsWith('stage'))
    expect(stage?.from).toBe(trail.find(({ kind }) => kind === 'stage-started')?.at)
    expect(stage?.to).toBe(trail.find(({ kind }) => kind === 'stage-finished')?.at)
    expect(hosts()).toHaveLength(4)
    expect(named('validate').map(({ attributes }) => attributes['houston.outcome'])).toContain('left')
  })

  it('what one that was fenced off could not commit is told by the next, and once', async () => {
    house.remote.behave = () => ({ kind: 'slow', ms: 5_000 })
    const process = await house.begin()
    const rollout = await deploy(process)
    await house.clock.until(() => house.remote.order(rollout).length === 4)
    await house.store.takeOver(rollout)
    await until(house, rollout, 'succeeded')
    await house.end(process)
    expectWhole(collector.spans)
    expect(hosts()).toHaveLength(4)
  })
})

it('one that another takes the place of ends there, with what was in flight out of sight', async () => {
  const process = await house.begin()
  const good = await deploy(process)
  await until(house, good, 'succeeded')
  house.remote.behave = ({ host, release }) => (release === 'r2' && host === 'a1' ? 'hang' : 'ok')
  const { rollout } = startedBy(await inTime(house, process.engine.deploy(request('r2'))))
  await house.clock.until(async () => (await stored(house, rollout)).b2?.phase === 'succeeded')
  const back = { application: 'shop', environment: 'production', fleet: request('r1').fleet, by: ada }
  const taken = startedBy(await inTime(house, process.engine.rollback(back)))
  await until(house, taken.rollout, 'succeeded')
  await house.end(process)
  const replaced = collector.spans.filter(({ trace }) => trace === traceOf(rollout))
  expectWhole(replaced)
  expect(replaced.find(({ parent }) => parent === undefined)?.attributes['houston.outcome']).toBe('superseded')
  const outcome = replaced.find(({ name, attributes }) => name === 'host' && attributes['houston.host'] === 'a1')
  expect(outcome?.attributes['houston.outcome']).toBe('unknown')
  expect(named('rollback shop/production')).toHaveLength(1)
})

it('a host that came into sight again is told once as lost, and once as found', async () => {
  house.remote.behave = ({ host }) => (host === 'a1' ? 'unknown' : 'ok')
  const process = await house.begin()
  const rollout = await deploy(process)
  await until(house, rollout, 'failed')
  await inTime(house, process.engine.ask(rollout, ada, { kind: 'retry' }))
  await until(house, rollout, 'succeeded')
  await house.end(process)
  expectWhole(collector.spans)
  const seen = collector.spans.filter(
    ({ name, attributes }) => /^host/.test(name) && attributes['houston.host'] === 'a1',
  )
  expect(seen.map(({ name, attributes }) => [name, attributes['houston.outcome']])).toEqual([
    ['host', 'unknown'],
    ['host seen again', 'succeeded'],
  ])
})

it('no secret leaves, and no text without end', async () => {
  const { open } = house.remote
  house.remote.open = (work, listen) =>
    open.call(house.remote, work, (reports) =>
      listen(
        reports.map((report) =>
          report.kind === 'host-failed' ? { ...report, signature: `token hunter22 ${'x'.repeat(5_000)}` } : report,
        ),
      ),
    )
  house.remote.behave = ({ host }) => (host === 'a1' ? 'fail' : 'ok')
  const process = await house.begin()
  const rollout = await deploy(process)
  await until(house, rollout, 'failed')
  await house.end(process)
  const signature = hosts()
    .map(({ attributes }) => String(attributes['houston.signature'] ?? ''))
    .join('')
  expect(signature).toMatch(/^token \[REDACTED\] x+$/)
  expect(signature.length).toBe(1_024)
  expect(JSON.stringify(collector.spans)).not.toContain('hunter22')
})

it('a share of the traces is told whole or not at all', async () => {
  const process = await house.begin({ OTEL_TRACES_SAMPLER: 'always_off' })
  const rollout = await deploy(process)
  await until(house, rollout, 'succeeded')
  await house.end(process)
  expect(collector.spans).toEqual([])
})

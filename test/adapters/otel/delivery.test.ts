// Whatever the collector does, rollouts go on as if there were none; what is lost is counted.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Variables } from '../../../src/adapters/otel/settings.ts'
import { type Collector, type Mood, openCollector } from '../../support/otlp-collector.ts'
import { inTime, request, startedBy, until } from '../../support/rollout-engine.ts'
import { openTracedHouse, type TracedHouse, type TracedProcess } from '../../support/traced-house.ts'

let collector: Collector
let house: TracedHouse
beforeEach(async () => {
  collector = await openCollector()
  house = openTracedHouse(collector)
})
afterEach(() => collector.close())

/** Spans of a rollout over four hosts that goes well: itself, gates, a stage, and four times a host with three steps. */
const SPANS = 19

async function rollOut(variables: Variables, over: Parameters<typeof request>[1] = {}): Promise<TracedProcess> {
  const process = await house.begin(variables)
  const { rollout } = startedBy(await inTime(house, process.engine.deploy(request('r1', over))))
  await until(house, rollout, 'succeeded')
  return process
}

describe('a collector that', () => {
  it.each<[string, Mood | 'away', RegExp]>([
    ['is away', 'away', /ECONNREFUSED/],
    ['never answers', 'hang', /timed out/i],
    ['refuses who asks', 401, /401/],
    ['refuses what it gets', 400, /400/],
    ['fails', 500, /500/],
    ['asks to come later', 503, /./],
    ['is asked too often', 429, /./],
  ])('%s costs its spans, and nothing else', async (_, mood, why) => {
    if (mood === 'away') collector.close()
    else collector.mood = mood
    const process = await rollOut({ OTEL_EXPORTER_OTLP_TIMEOUT: '300' })
    await house.end(process)
    expect(process.failures).toEqual([])
    expect(process.fate).toMatchObject({ sent: 0, lost: SPANS })
    expect([...process.fate.why].join()).toMatch(why)
  })

  it('is well again gets what comes then', async () => {
    collector.mood = 400
    const process = await rollOut({ OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '1', OTEL_BSP_SCHEDULE_DELAY: '1' })
    await expect.poll(() => process.fate.lost).toBe(SPANS)
    collector.mood = 'take'
    const { rollout } = startedBy(await inTime(house, process.engine.deploy(request('r2'))))
    await until(house, rollout, 'succeeded')
    await house.end(process)
    expect(process.fate).toMatchObject({ sent: SPANS, lost: SPANS })
    expect(collector.spans).toHaveLength(SPANS)
  })

  it('takes nothing makes nobody wait at the end', async () => {
    collector.mood = 'hang'
    // Ten minutes for a delivery: only the limit at the end can end this test.
    const process = await rollOut({ OTEL_EXPORTER_OTLP_TIMEOUT: '600000' })
    await house.end(process)
    expect(process.fate).toEqual({
      sent: 0,
      lost: SPANS,
      why: new Set(['the collector did not take them before the end']),
    })
  })
})

it('holds no more spans than it was told to, and counts the rest', async () => {
  collector.mood = 'hang'
  const queue = { OTEL_BSP_MAX_QUEUE_SIZE: '10', OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '5' }
  const process = await rollOut({ ...queue, OTEL_EXPORTER_OTLP_TIMEOUT: '600000' }, { zones: { a: 50, b: 50 } })
  expect(process.fate.lost).toBe(403 - 10)
  expect([...process.fate.why]).toEqual(['more is told than can be delivered'])
  await house.end(process)
})

it('says who it is and brings its key', async () => {
  const process = await rollOut({
    OTEL_EXPORTER_OTLP_HEADERS: 'x-key=first,x-team=a%20team',
    OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'x-key=second',
    OTEL_SERVICE_NAME: 'rollouts',
    OTEL_RESOURCE_ATTRIBUTES: 'service.name=other,deployment.environment.name=eu%2C1',
  })
  await house.end(process)
  expect(collector.headers[0]).toMatchObject({
    'x-key': 'second',
    'x-team': 'a team',
    'content-type': 'application/json',
  })
  const resource = { 'service.name': 'rollouts', 'deployment.environment.name': 'eu,1', 'service.version': '0' }
  expect(collector.spans[0]?.resource).toMatchObject(resource)
})

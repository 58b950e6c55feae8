// What is traced is the same port: it passes the suite that it passes untraced. And what each tells besides.

import { beforeEach, describe, expect, it } from 'vitest'
import { MemoryStore } from '../../../src/adapters/memory/store.ts'
import { rootOf, type Told, traceOf } from '../../../src/adapters/otel/span.ts'
import { traceInbox } from '../../../src/adapters/otel/trace-inbox.ts'
import { traceProjections } from '../../../src/adapters/otel/trace-projections.ts'
import { traceRemote } from '../../../src/adapters/otel/trace-remote.ts'
import { traceStore } from '../../../src/adapters/otel/trace-store.ts'
import type { HostReport, RolloutWork } from '../../../src/engine/ports.ts'
import type { InboxStore } from '../../../src/engine/ports-inbox.ts'
import { inboxSuite } from '../../support/inbox-suite.ts'
import { fleetOf, workOf } from '../../support/plan-of.ts'
import { projectionSuite } from '../../support/projection-suite.ts'
import { fakeBench } from '../../support/remote-benches.ts'
import { remoteSuite } from '../../support/remote-suite.ts'
import { commitOf, driven, rolloutOf } from '../../support/rollout-of.ts'
import { storeSuite } from '../../support/store-suite.ts'
import { plain } from '../../support/traced-house.ts'

const close = async () => {}
const silent = () => {}

describe('a store', () => storeSuite(async () => ({ store: traceStore(silent)(plain(new MemoryStore())), close })))
describe('an inbox', () =>
  inboxSuite(async () => ({ inbox: traceInbox(silent, Date.now)(new MemoryStore().inbox), close })))
describe('projections', () =>
  projectionSuite(async () => {
    const store = new MemoryStore()
    return { store, projections: traceProjections(silent, Date.now)(store.projections), close }
  }))
describe('hosts', () =>
  remoteSuite(async () => {
    const bench = await fakeBench()
    return { ...bench, remote: traceRemote(silent, Date.now)(bench.remote) }
  }))

let told: Told[]
let time: number
const tell = (span: Told) => told.push(span)
const now = () => time
beforeEach(() => {
  told = []
  time = 1_000
})

describe('commits', () => {
  const at = { attempt: 1, startedAt: 100, finishedAt: 200 }
  const unknown = { index: 0, state: { ...at, phase: 'unknown', signature: 'cut' } } as const
  const found = { index: 0, state: { ...at, phase: 'succeeded', finishedAt: 900, installed: 'r2' } } as const
  const hosts = () => told.filter(({ name }) => name.startsWith('host')).map(({ name, from, to }) => [name, from, to])

  it('of a driver that was fenced off are not told', async () => {
    const store = traceStore(tell)(plain(new MemoryStore()))
    const { rollout, epoch } = await driven(store)
    expect(await store.commit(commitOf(rollout.id, epoch - 1, { hosts: [found] }))).toBe('stale')
    expect(told).toEqual([])
  })

  it('that lose a host and find it again tell both, one after the other', async () => {
    const store = traceStore(tell)(plain(new MemoryStore()))
    const { rollout, epoch } = await driven(store)
    await store.commit(commitOf(rollout.id, epoch, { hosts: [unknown] }))
    await store.commit(commitOf(rollout.id, epoch, { hosts: [found] }))
    expect(hosts()).toEqual([
      ['host', 100, 200],
      ['host seen again', 200, 900],
    ])
  })
})

describe('steps', () => {
  const [fleet] = fleetOf({ a: 1 }).zones
  const work: RolloutWork = {
    ...{ rollout: 'r', epoch: 1, work: workOf('r1'), preempt: false },
    hosts: (fleet?.hosts ?? []).map((host) => ({ host, zone: 'a' })),
  }

  /** A session of which the test says what its host reports, and when. */
  function open() {
    let listen: (reports: readonly HostReport[]) => void = () => {}
    const session = { run: silent, withdraw: silent, detach: silent }
    const heard: HostReport[] = []
    const remote = { probe: async () => [], close }
    const traced = traceRemote(
      tell,
      now,
    )({
      ...remote,
      open: (_, hear) => {
        listen = hear
        return session
      },
    }).open(work, (reports) => heard.push(...reports))
    const report = (at: number, ...reports: readonly HostReport[]) => {
      time = at
      listen(reports)
    }
    traced.run([{ host: 0, attempt: 1, mayBegin: true }])
    return { traced, report, heard }
  }
  const step = (name: 'fetch' | 'stop' | 'start'): HostReport => ({
    host: 0,
    attempt: 1,
    kind: 'host-step',
    step: name,
  })
  const done: HostReport = { host: 0, attempt: 1, kind: 'host-succeeded', installed: 'r1' }
  const seen = () => told.map(({ name, from, to, attributes }) => [name, from, to, attributes['houston.outcome']])

  it('last from their report to the next', () => {
    const { report, heard } = open()
    report(1_000, step('fetch'))
    report(1_500, step('stop'))
    report(1_700, step('start'))
    report(3_000, done)
    expect(seen()).toEqual([
      ['fetch', 1_000, 1_500, 'done'],
      ['stop', 1_500, 1_700, 'done'],
      ['start', 1_700, 3_000, 'done'],
    ])
    expect(heard).toHaveLength(4)
  })

  it('that were over when the run came into sight are not told: nobody here knows their times', () => {
    const { report } = open()
    report(1_000, step('fetch'), step('stop'), step('start'))
    report(3_000, done)
    expect(seen()).toEqual([['start', 1_000, 3_000, 'done']])
  })

  it('are told as far as they were seen when the process lets go, once', () => {
    const { report, traced } = open()
    report(1_000, step('fetch'))
    time = 1_800
    traced.detach()
    traced.detach()
    expect(seen()).toEqual([['fetch', 1_000, 1_800, 'left']])
  })

  it.each<[string, HostReport, string]>([
    ['failed', { host: 0, attempt: 1, kind: 'host-failed', step: 'start', signature: 'x' }, 'failed'],
    ['failed in another step', { host: 0, attempt: 1, kind: 'host-failed', step: 'validate', signature: 'x' }, 'done'],
    ['is out of sight', { host: 0, attempt: 1, kind: 'host-unknown', signature: 'x' }, 'unknown'],
  ])('of a host that %s', (_, report, outcome) => {
    const opened = open()
    opened.report(1_000, step('start'))
    opened.report(1_200, report)
    expect(seen()).toEqual([['start', 1_000, 1_200, outcome]])
  })

  it("of an older attempt are nobody's", () => {
    const { report, traced } = open()
    traced.run([{ host: 0, attempt: 2, mayBegin: true }])
    report(1_000, step('fetch'))
    report(1_200, step('start'))
    expect(told).toEqual([])
  })
})

describe('messages', () => {
  async function arrived(): Promise<InboxStore> {
    const inbox = traceInbox(tell, now)(new MemoryStore(now).inbox)
    await inbox.receive({ source: 'github', key: 'd1', topic: 'push', body: 'never told' })
    return inbox
  }

  it('are told for each attempt, with what came of it', async () => {
    const inbox = await arrived()
    time = 3_000
    const first = await inbox.claim('github:d1')
    time = 3_250
    if (first) await inbox.settle(first, { kind: 'later', afterMs: 0, tries: 1, note: 'GitHub is away' })
    const second = await inbox.claim('github:d1')
    time = 4_000
    if (second) await inbox.settle(second, { kind: 'done', note: 'started' })
    expect(told).toMatchObject([
      { trace: traceOf('github:d1'), name: 'process github push', from: 3_000, to: 3_250, fault: 'GitHub is away' },
      { trace: traceOf('github:d1'), name: 'process github push', from: 3_250, to: 4_000 },
    ])
    expect(told[0]?.attributes).toMatchObject({ 'messaging.message.id': 'github:d1', 'houston.waited_ms': 2_000 })
    expect(told[1]?.fault).toBeUndefined()
    expect(JSON.stringify(told)).not.toContain('never told')
  })

  it('that another has taken meanwhile are told by that one', async () => {
    const inbox = await arrived()
    const first = await inbox.claim('github:d1')
    const second = await inbox.claim('github:d1')
    expect([first?.attempt, second?.attempt]).toEqual([1, 2])
    if (first) await inbox.settle(first, { kind: 'done' })
    expect(told).toEqual([])
    if (second) await inbox.settle(second, { kind: 'done' })
    expect(told).toHaveLength(1)
  })
})

describe('projections', () => {
  const end = { seq: 1, phase: 'gated', left: false, afterMs: 0 } as const
  const object = { key: 'deployment', life: 1, lost: 0 }

  async function opened() {
    const store = new MemoryStore(now)
    const projections = traceProjections(tell, now)(store.projections)
    await projections.serve(['github'])
    const rollout = rolloutOf()
    await store.create(rollout, [])
    const open = await projections.open(rollout.id, 'github')
    if (!open) throw new Error('there is no projection')
    return { projections, hold: open.hold, rollout: rollout.id }
  }

  it('are told when they wrote, in the trace of their rollout', async () => {
    const { projections, hold, rollout } = await opened()
    time = 2_000
    await projections.note(hold, { ...object, creating: { digest: 'd' } })
    await projections.note(hold, { ...object, outsideId: '7', digest: 'd' })
    time = 2_500
    await projections.settle(hold, { ...end, attempts: 0 })
    expect(told).toMatchObject([
      { trace: traceOf(rollout), parent: rootOf(rollout), name: 'project to github', from: 1_000, to: 2_500 },
    ])
    expect(told[0]?.attributes).toMatchObject({ 'houston.surface': 'github', 'houston.writes': 1 })
  })

  it('are told when they did not get through', async () => {
    const { projections, hold } = await opened()
    await projections.settle(hold, { ...end, attempts: 3, left: true })
    expect(told).toMatchObject([{ attributes: { 'houston.writes': 0, 'houston.failures_in_a_row': 3 } }])
    expect(told[0]?.fault).toBeDefined()
  })

  it('are no news when there was nothing to do, nor when another has it by now', async () => {
    const { projections, hold, rollout } = await opened()
    await projections.settle(hold, { ...end, attempts: 0 })
    const again = await projections.open(rollout, 'github')
    await projections.settle(hold, { ...end, attempts: 3 })
    expect(again).toBeDefined()
    expect(told).toEqual([])
  })
})

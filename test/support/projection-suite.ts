// The contract of the port `ProjectionStore`: whatever remembers what was brought outside passes this.

import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Store } from '../../src/engine/ports.ts'
import type { PassEnd, Projected, ProjectionStore } from '../../src/engine/ports-outside.ts'
import { commitOf, cursorOf, driven, entryAfter, firstEntry, rolloutOf, somebody } from './rollout-of.ts'

type Opened = { store: Store; projections: ProjectionStore; close: () => Promise<void> }

/** `open` gives an empty store. */
export function projectionSuite(open: () => Promise<Opened>): void {
  let opened: Opened
  beforeAll(async () => {
    opened = await open()
    await opened.projections.serve(['forge', 'chat'])
  })
  afterAll(() => opened?.close())
  describe('pending', () => pendingSuite(() => opened))
  describe('objects', () => objectSuite(() => opened))
  describe('budgets', () => budgetSuite(() => opened.projections))
}

const waiting = async ({ projections }: Opened, rollout: string) =>
  (await projections.pending()).filter(({ id }) => id.startsWith(`${rollout}/`)).map(({ id }) => id.split('/')[1])

async function opening({ projections }: Opened, rollout: string, surface = 'forge') {
  const found = await projections.open(rollout, surface)
  if (!found) throw new Error('there is no such projection')
  return found
}

/** A pass that left nothing to do, having rendered the rollout as it is. */
async function pass(opened: Opened, rollout: string, surface: string, over: Partial<PassEnd> = {}) {
  const { hold } = await opening(opened, rollout, surface)
  const record = await opened.store.rollout(rollout)
  const seen = { seq: record?.trail.seq ?? 0, phase: record?.cursor.phase ?? 'gated' }
  return await opened.projections.settle(hold, { ...seen, attempts: 0, left: false, afterMs: 0, ...over })
}

function pendingSuite(opened: () => Opened): void {
  it('a new rollout is to be told of on every surface that is served, once', async () => {
    await opened().projections.serve(['forge'])
    const { rollout } = await driven(opened().store)
    expect((await waiting(opened(), rollout.id)).sort()).toEqual(['chat', 'forge'])
  })

  it('follows the trail and the phase, with no write when the rollout is written', async () => {
    const { store } = opened()
    const { rollout, epoch } = await driven(store)
    for (const surface of ['forge', 'chat']) await pass(opened(), rollout.id, surface)
    expect(await waiting(opened(), rollout.id)).toEqual([])
    const entry = entryAfter(rollout.trail, { kind: 'host-succeeded' })
    await store.commit(commitOf(rollout.id, epoch, { cursor: cursorOf('gated'), trail: [entry] }))
    expect((await waiting(opened(), rollout.id)).sort()).toEqual(['chat', 'forge'])
    await pass(opened(), rollout.id, 'forge')
    expect(await waiting(opened(), rollout.id)).toEqual(['chat'])
    await pass(opened(), rollout.id, 'chat')
    await store.supersede(rollout.id, 9)
    expect((await waiting(opened(), rollout.id)).sort()).toEqual(['chat', 'forge'])
  })

  it('what is left to do waits for its time, a change of phase does not', async () => {
    const { store } = opened()
    const { rollout, epoch } = await driven(store)
    await pass(opened(), rollout.id, 'chat')
    await pass(opened(), rollout.id, 'forge', { left: true })
    expect(await waiting(opened(), rollout.id)).toEqual(['forge'])
    await pass(opened(), rollout.id, 'forge', { left: true, afterMs: 3_600_000, attempts: 3 })
    expect(await waiting(opened(), rollout.id)).toEqual([])
    const entry = entryAfter(rollout.trail, {})
    await store.commit(commitOf(rollout.id, epoch, { cursor: cursorOf('gated'), trail: [entry] }))
    await pass(opened(), rollout.id, 'chat')
    expect(await waiting(opened(), rollout.id)).toEqual([])
    await store.commit(commitOf(rollout.id, epoch, { cursor: cursorOf('running') }))
    await pass(opened(), rollout.id, 'chat')
    expect(await waiting(opened(), rollout.id)).toEqual(['forge'])
    expect(await opening(opened(), rollout.id)).toMatchObject({ attempts: 3 })
  })

  it('a pass may ask for a rest', async () => {
    const { store } = opened()
    const { rollout, epoch } = await driven(store)
    for (const surface of ['forge', 'chat']) await pass(opened(), rollout.id, surface, { afterMs: 3_600_000 })
    const entry = entryAfter(rollout.trail, {})
    await store.commit(commitOf(rollout.id, epoch, { cursor: cursorOf('gated'), trail: [entry] }))
    expect(await waiting(opened(), rollout.id)).toEqual([])
    await store.commit(commitOf(rollout.id, epoch, { cursor: cursorOf('running') }))
    expect((await waiting(opened(), rollout.id)).sort()).toEqual(['chat', 'forge'])
  })

  it('rests when all is told of an ended rollout, and wakes when somebody writes to it', async () => {
    const { store } = opened()
    const { rollout, epoch } = await driven(store)
    const { id } = rollout
    await store.commit(commitOf(id, epoch, { cursor: cursorOf('failed'), finishedAt: 9 }))
    for (const surface of ['forge', 'chat']) await pass(opened(), id, surface)
    expect(await waiting(opened(), id)).toEqual([])
    const letter = { id: randomUUID(), rollout: id, by: somebody, ask: { kind: 'retry' }, at: 1 } as const
    await store.post(letter)
    await pass(opened(), id, 'chat')
    const answers = [{ id: letter.id, answer: { kind: 'accepted' } as const }]
    const trail = [entryAfter(rollout.trail, {})]
    // Retried and ended again before anybody looked.
    await store.commit(commitOf(id, epoch, { cursor: cursorOf('failed'), finishedAt: 10, trail, answers }))
    expect((await waiting(opened(), id)).sort()).toEqual(['chat', 'forge'])
    for (const surface of ['forge', 'chat']) await pass(opened(), id, surface)
    expect(await waiting(opened(), id)).toEqual([])
  })

  it('tells of one that waits for approval, of each approval, and that another took its place', async () => {
    const { store } = opened()
    const { rollout, epoch } = await driven(store)
    const { id, application, environment } = rollout
    const told = async () => {
      expect((await waiting(opened(), id)).sort()).toEqual(['chat', 'forge'])
      for (const surface of ['forge', 'chat']) await pass(opened(), id, surface)
      expect(await waiting(opened(), id)).toEqual([])
    }
    await store.commit(commitOf(id, epoch, { cursor: cursorOf('unapproved') }))
    await told()
    const trail = [entryAfter(rollout.trail, { kind: 'approved' })]
    await store.commit(commitOf(id, epoch, { cursor: cursorOf('unapproved'), trail }))
    await told()
    expect(await store.create(rolloutOf({ application, environment }), [firstEntry])).toEqual({ kind: 'created' })
    await told()
  })

  it('a surface that is served later has nothing to tell of earlier rollouts', async () => {
    const { rollout } = await driven(opened().store)
    await opened().projections.serve(['late'])
    expect(await opened().projections.open(rollout.id, 'late')).toBeUndefined()
    expect(await waiting(opened(), rollout.id)).not.toContain('late')
  })

  it('a rollout that could not be created leaves nothing', async () => {
    const { rollout } = await driven(opened().store)
    const { application, environment } = rollout
    const second = rolloutOf({ application, environment })
    expect(await opened().store.create(second, [firstEntry])).toMatchObject({ kind: 'busy' })
    expect(await opened().projections.open(second.id, 'forge')).toBeUndefined()
  })
}

function objectSuite(opened: () => Opened): void {
  it('remembers objects, each as it was noted last', async () => {
    const { store, projections } = opened()
    const { rollout } = await driven(store)
    const { hold, objects, attempts } = await opening(opened(), rollout.id)
    expect([objects, attempts]).toEqual([[], 0])
    const begun: Projected = { key: 'a', life: 1, lost: 0, creating: { digest: 'd1' } }
    const other: Projected = { key: 'b', life: 2, lost: 1, outsideId: '7', digest: 'd2' }
    for (const object of [other, begun]) expect(await projections.note(hold, object)).toBe('noted')
    expect(await projections.objects(rollout.id, 'forge')).toEqual([begun, other])
    const made: Projected = { key: 'a', life: 1, lost: 0, outsideId: '{"ts":"1.2"}', digest: 'd1' }
    const refused: Projected = { ...other, refusal: { digest: 'd3', why: `too "long" \ufffd` } }
    await projections.note(hold, made)
    await projections.note(hold, { ...refused, refusal: { digest: 'd3', why: 'too "long" \0' } })
    const again = await opening(opened(), rollout.id)
    expect(again.objects).toHaveLength(2)
    expect(again.objects[0]).toEqual(made)
    expect(await projections.objects(rollout.id, 'chat')).toEqual([])
  })

  it('takes nothing from whoever had it before', async () => {
    const { store, projections } = opened()
    const { rollout } = await driven(store)
    const first = await opening(opened(), rollout.id)
    const second = await opening(opened(), rollout.id)
    const object = { key: 'a', life: 1, lost: 0 }
    expect(await projections.note(first.hold, object)).toBe('stale')
    const end = { seq: 1, phase: 'gated', attempts: 5, left: true, afterMs: 0 } as const
    expect(await projections.settle(first.hold, end)).toBe('stale')
    expect(await projections.objects(rollout.id, 'forge')).toEqual([])
    expect(await projections.note(second.hold, object)).toBe('noted')
    expect((await opening(opened(), rollout.id)).attempts).toBe(0)
  })
}

function budgetSuite(projections: () => ProjectionStore): void {
  const hour = 3_600_000
  const budget = (writes: number, windowMs = hour) => ({ key: randomUUID(), limits: [{ writes, windowMs }] })
  const kinds = async (takes: Promise<{ kind: string }>[]) => (await Promise.all(takes)).map(({ kind }) => kind).sort()

  it('grants no more than the limit, whoever asks at the same time', async () => {
    const one = budget(5)
    const outcomes = await kinds(Array.from({ length: 20 }, () => projections().take([one])))
    expect(outcomes).toEqual([...Array(5).fill('granted'), ...Array(15).fill('wait')])
  })

  it('says how long to wait', async () => {
    const one = budget(1, hour)
    await projections().take([one])
    const wait = await projections().take([one])
    if (wait.kind !== 'wait') throw new Error('granted')
    expect(wait.ms).toBeGreaterThan(hour - 600_000)
    expect(wait.ms).toBeLessThanOrEqual(hour)
  })

  it('counts one write against several budgets, or against none', async () => {
    const [small, large] = [budget(1), budget(2)]
    expect(await kinds([projections().take([large, small])])).toEqual(['granted'])
    expect(await kinds([projections().take([small, large])])).toEqual(['wait'])
    expect(await kinds([projections().take([large])])).toEqual(['granted'])
    expect(await kinds([projections().take([large])])).toEqual(['wait'])
  })

  it('counts what others used, also against a smaller share', async () => {
    const { key } = budget(1)
    const of = (writes: number) => [{ key, limits: [{ writes, windowMs: hour }] }]
    await projections().take(of(4))
    await projections().take(of(4))
    expect(await kinds([projections().take(of(2))])).toEqual(['wait'])
    expect(await kinds([projections().take(of(4))])).toEqual(['granted'])
  })

  it('grants nothing while it is paused, and a shorter pause does not end a longer one', async () => {
    const one = budget(5)
    await projections().pause([one], hour)
    await projections().pause([one], 1)
    const wait = await projections().take([one])
    expect(wait).toMatchObject({ kind: 'wait' })
    if (wait.kind === 'wait') expect(wait.ms).toBeGreaterThan(hour - 600_000)
  })

  it('asked without limits, only says whether it is paused', async () => {
    const { key, limits } = budget(1)
    const asked = { key, limits: [] }
    expect(await kinds([projections().take([asked]), projections().take([asked])])).toEqual(['granted', 'granted'])
    expect(await kinds([projections().take([{ key, limits }])])).toEqual(['granted'])
    expect(await kinds([projections().take([asked])])).toEqual(['granted'])
    expect(await kinds([projections().take([{ key, limits }])])).toEqual(['wait'])
    await projections().pause([asked], hour)
    expect(await kinds([projections().take([asked])])).toEqual(['wait'])
  })

  it('grants what is counted against nothing', async () => {
    expect(await projections().take([])).toEqual({ kind: 'granted' })
  })
}

// The contract of the port `Store`: whatever keeps rollouts passes this.

import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RolloutPhase } from '../../src/core/rollout.ts'
import type { Store } from '../../src/engine/ports.ts'
import { commitOf, cursorOf, driven, entryAfter, firstEntry, place, rolloutOf, somebody } from './rollout-of.ts'
import { storeApprovalSuite } from './store-approval-suite.ts'
import { storeFleetSuite } from './store-fleet-suite.ts'
import { storeLeadTimeSuite } from './store-lead-time-suite.ts'
import { storeMailboxSuite } from './store-mailbox-suite.ts'
import { storeTextSuite } from './store-text-suite.ts'
import { storeVersionSuite } from './store-version-suite.ts'

/** `open` gives an empty store. */
export function storeSuite(open: () => Promise<{ store: Store; close: () => Promise<void> }>): void {
  let opened: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    opened = await open()
  })
  afterAll(() => opened?.close())
  const store = () => opened.store

  describe('create', () => createSuite(store))
  describe('commit', () => commitSuite(store))
  describe('take-over', () => takeOverSuite(store))
  describe('mailbox', () => storeMailboxSuite(store))
  describe('version', () => storeVersionSuite(store))
  describe('fleet', () => storeFleetSuite(store))
  describe('approvals', () => storeApprovalSuite(store))
  describe('lead times', () => storeLeadTimeSuite(store))
  describe('text', () => storeTextSuite(store))
}

function createSuite(store: () => Store): void {
  it('keeps everything, with one queued host a planned host', async () => {
    const rollout = rolloutOf({ reason: 'a new season' })
    expect(await store().create(rollout, [firstEntry])).toEqual({ kind: 'created' })
    const { epoch, ...kept } = { epoch: 0, ...(await store().rollout(rollout.id)) }
    expect(kept).toEqual(rollout)
    expect(epoch).toBeGreaterThan(1_600_000_000_000)
    expect(JSON.stringify(kept.plan)).toBe(JSON.stringify(rollout.plan))
    expect(await store().hosts(rollout.id)).toEqual(Array(3).fill({ phase: 'queued', attempt: 1 }))
    expect(await store().trail(rollout.id)).toEqual([firstEntry])
  })

  const inTheWay: [RolloutPhase, 'busy' | 'created'][] = [
    ['unapproved', 'created'],
    ['gated', 'busy'],
    ['running', 'busy'],
    ['baking', 'busy'],
    ['waiting', 'busy'],
    ['halting', 'busy'],
    ['halted', 'created'],
    ['succeeded', 'created'],
    ['failed', 'created'],
    ['aborted', 'created'],
    ['superseded', 'created'],
  ]
  it.each(inTheWay)('when one is %s: %s', async (phase, kind) => {
    const { rollout, epoch } = await driven(store())
    await store().commit(commitOf(rollout.id, epoch, { cursor: cursorOf(phase) }))
    const { application, environment } = rollout
    const next = rolloutOf({ application, environment, createdAt: 5_000 })
    const outcome = await store().create(next, [])
    expect(outcome).toEqual(kind === 'busy' ? { kind, rollout: rollout.id } : { kind })
    const first = await store().rollout(rollout.id)
    const replaced = phase === 'halted' || phase === 'unapproved'
    expect(first?.cursor.phase).toBe(replaced ? 'superseded' : phase)
    expect(first?.finishedAt).toBe(replaced ? 5_000 : undefined)
  })

  it('fences off the driver of the halted one it supersedes', async () => {
    const { rollout, epoch } = await driven(store())
    await store().commit(commitOf(rollout.id, epoch, { cursor: cursorOf('halted') }))
    const { application, environment } = rollout
    await store().create(rolloutOf({ application, environment }), [])
    expect(await store().commit(commitOf(rollout.id, epoch))).toBe('stale')
    expect((await store().rollout(rollout.id))?.cursor.phase).toBe('superseded')
  })

  it('lets one of many at once win', async () => {
    const where = place()
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => store().create(rolloutOf(where), [])))
    expect(outcomes.filter(({ kind }) => kind === 'created')).toHaveLength(1)
    const [winner] = await store().rollouts({ ...where, limit: 10 })
    expect(outcomes.filter(({ kind }) => kind === 'busy')).toEqual(Array(7).fill({ kind: 'busy', rollout: winner?.id }))
  })
}

function commitSuite(store: () => Store): void {
  it('writes the cursor, the hosts and the trail', async () => {
    const { rollout, epoch } = await driven(store())
    const cursor = { ...cursorOf('halted'), halt: { kind: 'asked', by: 'ada' } } as const
    const state = {
      phase: 'failed',
      attempt: 2,
      step: 'start',
      signature: 'start exited 1',
      startedAt: 5,
      finishedAt: 6,
    } as const
    const next = entryAfter(rollout.trail, { kind: 'halted', b: 1, a: 2 })
    const commit = commitOf(rollout.id, epoch, { cursor, hosts: [{ index: 1, state }], trail: [next], finishedAt: 9 })
    expect(await store().commit(commit)).toBe('committed')
    const record = await store().rollout(rollout.id)
    expect(record).toMatchObject({ cursor, finishedAt: 9, trail: { seq: 2, hash: next.hash } })
    const untouched = { phase: 'queued', attempt: 1 }
    expect(await store().hosts(rollout.id)).toEqual([untouched, state, untouched])
    const trail = await store().trail(rollout.id)
    expect(trail).toEqual([firstEntry, next])
    expect(JSON.stringify(trail[1]?.body)).toBe(JSON.stringify(next.body))
  })

  it('replaces a host state, also what it no longer has, and takes the last of two', async () => {
    const { rollout, epoch } = await driven(store())
    const failed = { phase: 'failed', attempt: 1, step: 'start', signature: 'x', finishedAt: 6 } as const
    const queued = { phase: 'queued', attempt: 2 } as const
    const hosts = [failed, { phase: 'running', attempt: 2 } as const, queued].map((state) => ({ index: 0, state }))
    await store().commit(commitOf(rollout.id, epoch, { hosts: hosts.slice(0, 1) }))
    await store().commit(commitOf(rollout.id, epoch, { hosts }))
    expect((await store().hosts(rollout.id))[0]).toEqual(queued)
  })

  it('changes nothing at all with an old epoch', async () => {
    const { rollout, epoch } = await driven(store())
    await store().takeOver(rollout.id)
    const before = await everything(store(), rollout)
    const commit = commitOf(rollout.id, epoch, {
      cursor: cursorOf('succeeded'),
      hosts: [{ index: 0, state: { phase: 'succeeded', attempt: 1 } }],
      trail: [entryAfter(rollout.trail, {})],
      logs: [{ index: 0, attempt: 1, log: { head: 'x', tail: '', cutBytes: 0 } }],
      records: [{ name: 'a1', zone: 'a', health: 'healthy', rollout: rollout.id, at: 3 }],
      releases: { closed: [], opened: [{ name: 'a1', zone: 'a', release: 'r2', rollout: rollout.id, from: 3 }] },
    })
    expect(await store().commit(commit)).toBe('stale')
    expect(await everything(store(), rollout)).toEqual(before)
  })

  it('answers stale for a rollout that it does not have', async () => {
    expect(await store().commit(commitOf(randomUUID(), 1))).toBe('stale')
  })

  it('lets no ended rollout go on beside another', async () => {
    const { rollout } = await driven(store())
    const failed = await store().takeOver(rollout.id)
    const epoch = failed?.record.epoch ?? 0
    await store().commit(commitOf(rollout.id, epoch, { cursor: cursorOf('failed'), finishedAt: 7 }))
    const { application, environment } = rollout
    const second = rolloutOf({ application, environment })
    await store().create(second, [])
    expect(await store().commit(commitOf(rollout.id, epoch))).toBe('busy')
    expect(await store().rollout(rollout.id)).toMatchObject({ cursor: { phase: 'failed' }, finishedAt: 7 })
  })

  it('writes or refuses as a whole when commits and take-overs race', async () => {
    const { rollout, epoch } = await driven(store())
    const commits = Array.from({ length: 6 }, (_, index) =>
      store().commit(commitOf(rollout.id, epoch, { trail: [{ ...firstEntry, seq: index + 2, hash: `${index}` }] })),
    )
    const [taken, ...outcomes] = await Promise.all([store().takeOver(rollout.id), ...commits])
    const trail = await store().trail(rollout.id)
    expect(trail).toHaveLength(1 + outcomes.filter((outcome) => outcome === 'committed').length)
    expect(trail.map(({ seq }) => seq)).toContain(taken?.record.trail.seq)
    expect(await store().commit(commitOf(rollout.id, epoch))).toBe('stale')
  })
}

async function everything(store: Store, { id, application, environment }: { id: string } & ReturnType<typeof place>) {
  return await Promise.all([
    store.rollout(id),
    store.hosts(id),
    store.trail(id),
    store.log(id, 0),
    store.records(application, environment),
    store.releases(application, environment),
  ])
}

function takeOverSuite(store: () => Store): void {
  it('gives everything, and an epoch greater than any before', async () => {
    const [one, two] = [await driven(store()), await driven(store())]
    const state = { phase: 'running', attempt: 1, step: 'fetch', startedAt: 4 } as const
    await store().commit(commitOf(one.rollout.id, one.epoch, { hosts: [{ index: 2, state }] }))
    const taken = await store().takeOver(one.rollout.id)
    expect(taken?.record.epoch).toBeGreaterThan(Math.max(one.epoch, two.epoch))
    expect(two.epoch).toBeGreaterThan(one.epoch)
    expect(taken?.record).toMatchObject({ id: one.rollout.id, plan: one.rollout.plan, cursor: cursorOf('running') })
    expect(taken?.hosts[2]).toEqual(state)
  })

  it('gives different epochs to many at once', async () => {
    const { rollout } = await driven(store())
    const taken = await Promise.all(Array.from({ length: 8 }, () => store().takeOver(rollout.id)))
    expect(new Set(taken.map((one) => one?.record.epoch)).size).toBe(8)
  })

  it('answers nothing for a rollout that it does not have', async () => {
    expect(await store().takeOver(randomUUID())).toBeUndefined()
    expect(await store().rollout(randomUUID())).toBeUndefined()
    expect(await store().hosts(randomUUID())).toEqual([])
    await store().supersede(randomUUID(), 1)
  })

  it.each<[RolloutPhase, RolloutPhase, number | undefined]>([
    ['running', 'superseded', 99],
    ['unapproved', 'superseded', 99],
    ['halted', 'superseded', 99],
    ['succeeded', 'succeeded', 50],
  ])('supersedes one that is %s: %s, and fences its driver', async (phase, after, finishedAt) => {
    const { rollout, epoch } = await driven(store())
    const finished = phase === 'succeeded' ? { finishedAt: 50 } : {}
    await store().commit(commitOf(rollout.id, epoch, { cursor: cursorOf(phase), ...finished }))
    await store().supersede(rollout.id, 99)
    expect(await store().rollout(rollout.id)).toMatchObject({ cursor: { phase: after }, finishedAt })
    expect(await store().commit(commitOf(rollout.id, epoch))).toBe('stale')
  })

  it('lists rollouts newest first, without their plans', async () => {
    const where = place()
    const ids: string[] = []
    for (const createdAt of [10, 30, 20]) {
      const { rollout, epoch } = await driven(store(), { ...where, createdAt })
      await store().commit(commitOf(rollout.id, epoch, { cursor: cursorOf('succeeded'), finishedAt: createdAt + 1 }))
      ids.push(rollout.id)
    }
    const listed = await store().rollouts({ ...where, limit: 2 })
    expect(listed.map(({ id }) => id)).toEqual([ids[2], ids[1]])
    expect(listed[0]).not.toHaveProperty('plan')
    expect(listed[0]).toMatchObject({ ...where, finishedAt: 21, requestedBy: somebody, kind: 'deploy' })
    expect(await store().rollouts({ application: where.application, limit: 9 })).toHaveLength(3)
    expect(await store().rollouts({ ...where, environment: 'staging', limit: 9 })).toEqual([])
    const [first, second, third] = await store().rollouts({ ...where, limit: 9 })
    const before = (id = '') => store().rollouts({ ...where, before: id, limit: 9 })
    expect(await before(first?.id)).toEqual([second, third])
    expect(await before(third?.id)).toEqual([])
    expect(await before('unknown')).toEqual([])
  })
}

// The contract of locks and of the audit of intents: whatever keeps rollouts passes this too.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AuditEntry, brokenAudit } from '../../src/core/audit.ts'
import type { Person } from '../../src/core/intent.ts'
import type { Lock, LockWish } from '../../src/core/lock.ts'
import type { Store } from '../../src/engine/ports.ts'
import type { Place } from '../../src/engine/ports-locks.ts'
import { sha256 } from './plan-of.ts'
import { commitOf, cursorOf, driven, firstEntry, place, rolloutOf } from './rollout-of.ts'

const ada: Person = { via: 'terminal', id: '1', name: 'ada' }
const bob: Person = { via: 'terminal', id: '2', name: 'bob' }
const lockBy = (by: Person, over: { reason?: string; forMs?: number } = {}): LockWish => ({ verb: 'lock', by, ...over })
const unlockBy = (by: Person, steal = false): LockWish => ({ verb: 'unlock', by, steal })

/** `open` gives an empty store, and more ways into the same one where there can be several. */
export function lockSuite(open: () => Promise<{ stores: readonly Store[]; close: () => Promise<void> }>): void {
  let opened: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    opened = await open()
  })
  afterAll(() => opened?.close())
  const store = (way = 0): Store => {
    const { stores } = opened
    const found = stores[way % stores.length]
    if (!found) throw new Error('there is no store')
    return found
  }

  describe('locks', () => changeSuite(store))
  describe('the start of a rollout', () => startSuite(store))
  describe('audit', () => auditSuite(store))
}

type Ways = (way?: number) => Store

function changeSuite(store: Ways): void {
  it('one holder, who extends, is waited for, and hands over', async () => {
    const here = place()
    const taken = await store().changeLock(here, lockBy(ada, { reason: 'a migration', forMs: 60_000 }))
    expect(taken).toMatchObject({ kind: 'taken', lock: { kind: 'person', holder: ada, reason: 'a migration' } })
    const { lock } = await read(store(), here)
    expect(lock?.until).toBe((lock?.since ?? 0) + 60_000)
    expect(await store().changeLock(here, lockBy(ada, { reason: 'still' }))).toMatchObject({
      kind: 'extended',
      lock: { reason: 'still', until: lock?.until },
    })
    expect(await store().changeLock(here, lockBy(bob, { reason: 'next' }))).toMatchObject({
      kind: 'queued',
      position: 1,
    })
    expect(await store().changeLock(here, unlockBy(ada))).toMatchObject({
      kind: 'released',
      next: { holder: bob, reason: 'next' },
    })
    expect(await read(store(), here)).toMatchObject({ lock: { holder: bob }, queue: [] })
  })

  it('the same intent twice is one act, also when the lock went to somebody else meanwhile', async () => {
    const here = place()
    await store().changeLock(here, lockBy(ada))
    await store().changeLock(here, lockBy(bob))
    const steal = { ...unlockBy(ada, true), intent: `${here.environment}/1` }
    const [first, second] = [await store().changeLock(here, steal), await store(1).changeLock(here, steal)]
    expect(first).toMatchObject({ kind: 'released', lock: { holder: ada }, next: { holder: bob } })
    expect(second).toEqual(first)
    const locks = await read(store(), here)
    expect(locks).toMatchObject({ lock: { holder: bob }, queue: [] })
    expect(Object.keys(locks)).not.toContain('done')
    const told = await store().audit({ ...here, limit: 10 })
    expect(told.filter(({ fact }) => fact.verb === 'unlock').map(({ fact }) => fact.intent)).toEqual([steal.intent])
    expect(await store().changeLock(here, { ...unlockBy(bob), intent: `${here.environment}/2` })).toMatchObject({
      kind: 'released',
      lock: { holder: bob },
    })
  })

  it('what is not locked, or not yours, is not opened; it can be stolen', async () => {
    const here = place()
    expect(await store().changeLock(here, unlockBy(ada))).toMatchObject({ reason: 'not-locked' })
    await store().changeLock(here, lockBy(ada))
    expect(await store().changeLock(here, unlockBy(bob))).toMatchObject({
      reason: 'not-the-holder',
      detail: { holder: 'ada' },
    })
    expect(await store().changeLock(here, unlockBy(bob, true))).toMatchObject({ kind: 'released' })
    expect(await read(store(), here)).toEqual({ queue: [] })
  })

  it('expires by the time of the store, and goes to the next', async () => {
    const here = place()
    await store().changeLock(here, lockBy(ada))
    await store().changeLock(here, lockBy(bob))
    await store().changeLock(here, lockBy(ada, { forMs: 0 }))
    expect(await read(store(), here)).toMatchObject({ lock: { holder: bob }, queue: [] })
    await store().changeLock(here, lockBy(bob, { forMs: 0 }))
    expect(await read(store(), here)).toEqual({ queue: [] })
  })

  it('environments do not know each other', async () => {
    const here = place()
    await store().changeLock(here, lockBy(ada))
    expect(await read(store(), { ...here, environment: 'staging' })).toEqual({ queue: [] })
  })

  it('of many at once exactly one takes it, and each of the others has a place', async () => {
    const here = place()
    const people = Array.from({ length: 8 }, (_, i): Person => ({ via: 'terminal', id: `${i}`, name: 'same' }))
    const outcomes = await Promise.all(people.map((by, way) => store(way).changeLock(here, lockBy(by))))
    expect(outcomes.filter(({ kind }) => kind === 'taken')).toHaveLength(1)
    const positions = outcomes.flatMap((outcome) => (outcome.kind === 'queued' ? [outcome.position] : []))
    expect(positions.sort()).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(await rows(store(), here)).toHaveLength(8)
  })
}

function startSuite(store: Ways): void {
  const rollout = (here: Place, over: Parameters<typeof rolloutOf>[0] = {}) => rolloutOf({ ...here, ...over })

  it('is stopped by the lock of somebody else, and nothing is written', async () => {
    const here = place()
    const halted = await driven(store(), here)
    await store().commit(commitOf(halted.rollout.id, halted.epoch, { cursor: cursorOf('halted') }))
    await store().changeLock(here, lockBy(ada))
    const next = rollout(here, { requestedBy: bob })
    expect(await store().create(next, [firstEntry])).toMatchObject({
      kind: 'locked',
      lock: { holder: ada },
      now: expect.any(Number),
    })
    expect(await store().rollout(next.id)).toBeUndefined()
    expect((await store().rollout(halted.rollout.id))?.cursor.phase).toBe('halted')
    expect(await rows(store(), here)).toHaveLength(2)
    expect(await store().create(rollout(here, { requestedBy: ada }), [])).toEqual({ kind: 'created' })
  })

  it('of a rollback is never stopped, and holds automatic deploys until a person deploys or unlocks', async () => {
    const here = place()
    await store().changeLock(here, lockBy(ada))
    const back = rollout(here, { kind: 'rollback', requestedBy: bob, reason: 'bad' })
    expect(await store().create(back, [])).toEqual({ kind: 'created' })
    expect(await read(store(), here)).toMatchObject({
      lock: { holder: ada },
      hold: { kind: 'hold', holder: bob, reason: 'bad' },
    })
    await store().supersede(back.id, 2_000)
    const merge = rollout(here, { requestedBy: ada, automatic: true })
    expect(await store().create(merge, [])).toMatchObject({ kind: 'locked', lock: { kind: 'hold' } })
    const own = rollout(here, { requestedBy: ada })
    expect(await store().create(own, [])).toEqual({ kind: 'created' })
    expect((await read(store(), here)).hold).toBeUndefined()
    await store().supersede(own.id, 3_000)
    expect(await store().create(merge, [])).toEqual({ kind: 'created' })
    expect(await store().rollout(merge.id)).not.toHaveProperty('automatic')
  })

  it('and a lock at the same time: whichever is first in the record is first', async () => {
    for (let round = 0; round < 20; round += 1) {
      const here = place()
      const next = rollout(here, { requestedBy: bob })
      const [created] = await Promise.all([
        store(round).create(next, []),
        store(round + 1).changeLock(here, lockBy(ada)),
      ])
      const verbs = (await rows(store(), here)).map(({ fact }) => fact.verb)
      expect(verbs).toEqual(created.kind === 'created' ? ['deploy', 'lock'] : ['lock'])
    }
  })
}

function auditSuite(store: Ways): void {
  it('keeps who asked for what, and what came of it', async () => {
    const here = place()
    const { rollout, epoch } = await driven(store(), {
      ...here,
      requestedBy: ada,
      reason: 'spring',
      intent: here.application,
    })
    const letter = {
      id: rollout.id,
      rollout: rollout.id,
      by: bob,
      ask: { kind: 'skip', hostName: 'a1' } as const,
      at: 1,
    }
    await store().post(letter)
    const answers = [{ id: letter.id, answer: { kind: 'refused', reason: 'host-running', detail: {} } as const }]
    await store().commit(commitOf(rollout.id, epoch, { answers }))
    await store().commit(commitOf(rollout.id, epoch, { answers }))
    await store().changeLock(here, lockBy(ada, { reason: 'why', forMs: 5 }))
    await store().changeLock(here, unlockBy(bob, true))
    expect((await rows(store(), here)).map(({ fact }) => fact)).toEqual([
      {
        ...{ person: ada, verb: 'deploy', ...here, outcome: { kind: 'accepted' }, release: 'r2', reason: 'spring' },
        ...{ rollout: rollout.id, intent: here.application },
      },
      {
        ...{ person: bob, verb: 'skip', ...here, outcome: { kind: 'refused', reason: 'host-running' }, host: 'a1' },
        ...{ rollout: rollout.id, intent: letter.id },
      },
      { person: ada, verb: 'lock', ...here, outcome: { kind: 'accepted' }, reason: 'why', forMs: 5 },
      expect.objectContaining({ person: bob, verb: 'unlock', steal: true }),
    ])
  })

  it('takes any text, and reads it back as it was hashed', async () => {
    const here = { application: 'a\0\ud800', environment: 'Ω\u202e' }
    const fact = {
      person: { ...bob, name: '"\\\0\udfff' },
      verb: 'deploy',
      ...here,
      outcome: { kind: 'accepted' },
    } as const
    await store().note({ ...fact, reason: '\u2028\ud83d\ude00\0' })
    expect(await rows(store(), here)).toMatchObject([{ fact }])
  })

  it('is one whole chain, whoever writes at the same time, and shows the newest first', async () => {
    const here = place()
    const note = { person: ada, verb: 'halt', ...here, outcome: { kind: 'refused', reason: 'no-rollout' } } as const
    await Promise.all(
      Array.from({ length: 12 }, async (_, way) => {
        if (way % 3 === 0) await store(way).changeLock(here, lockBy(ada))
        else if (way % 3 === 1) await store(way).note(note)
        else await store(way).create(rolloutOf({ requestedBy: bob }), [])
      }),
    )
    const all = await store().audit({ limit: 10_000 })
    expect(brokenAudit(all.toReversed(), sha256)).toBeUndefined()
    expect(all.length).toBeGreaterThanOrEqual(12)
    expect(all.map(({ at }) => at)).toEqual(all.map(({ at }) => at).toSorted((a, b) => b - a))
    expect(await store().audit({ ...here, limit: 3 })).toHaveLength(3)
    const [newest, next] = await store().audit({ limit: 2 })
    expect((await store().audit({ before: newest?.seq ?? 0, limit: 1 }))[0]).toEqual(next)
    expect(await store().audit({ application: here.application, limit: 100 })).toHaveLength(8)
    expect(await store().audit({ application: 'none', limit: 100 })).toEqual([])
  })
}

async function read(store: Store, here: Place): Promise<{ lock?: Lock; hold?: Lock; queue: readonly unknown[] }> {
  return (await store.locks(here)).locks
}

/** Oldest first. */
async function rows(store: Store, here: Place): Promise<AuditEntry[]> {
  return (await store.audit({ ...here, limit: 1_000 })).toReversed()
}

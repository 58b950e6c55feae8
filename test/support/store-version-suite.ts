// The contract of the port `Store`: nothing starts on knowledge that is no longer true, and the newest rollout is the one made last.

import { expect, it } from 'vitest'
import type { RolloutPhase } from '../../src/core/rollout.ts'
import type { Store } from '../../src/engine/ports.ts'
import { commitOf, cursorOf, driven, entryAfter, firstEntry, place, rolloutOf } from './rollout-of.ts'

export function storeVersionSuite(store: () => Store): void {
  it('starts nothing that was planned on an older version of the environment', async () => {
    const where = place()
    const versions = [await store().version(where)]
    const { rollout, epoch } = await driven(store(), where)
    versions.push(await store().version(where))
    const entry = entryAfter(rollout.trail, 'more')
    await store().commit(commitOf(rollout.id, epoch, { cursor: cursorOf('failed'), trail: [entry] }))
    versions.push(await store().version(where))
    expect(new Set(versions).size).toBe(3)
    for (const version of versions.slice(0, 2))
      expect(await store().create(rolloutOf({ ...where, version }), [firstEntry])).toEqual({ kind: 'moved' })
    expect(await store().version(where)).toBe(versions[2])
    expect(await store().rollouts({ ...where, limit: 10 })).toHaveLength(1)
    const next = rolloutOf({ ...where, version: versions[2] ?? '' })
    expect(await store().create(next, [firstEntry])).toEqual({ kind: 'created' })
  })

  it.each<[RolloutPhase, 'moved' | 'busy']>([
    ['unapproved', 'moved'],
    ['running', 'busy'],
    ['halted', 'moved'],
    ['aborted', 'moved'],
  ])('planned on an older version, when the newest is %s: %s', async (phase, kind) => {
    const where = place()
    const { rollout, epoch } = await driven(store(), where)
    await store().commit(commitOf(rollout.id, epoch, { cursor: cursorOf(phase) }))
    const outcome = await store().create(rolloutOf({ ...where, version: 'older' }), [firstEntry])
    expect(outcome).toEqual(kind === 'busy' ? { kind, rollout: rollout.id } : { kind })
    expect((await store().rollout(rollout.id))?.cursor.phase).toBe(phase)
  })

  it('is another version once its newest rollout was superseded: hosts are out of sight', async () => {
    const where = place()
    const { rollout } = await driven(store(), where)
    const version = await store().version(where)
    await store().supersede(rollout.id, 7_000)
    expect(await store().create(rolloutOf({ ...where, version }), [firstEntry])).toEqual({ kind: 'moved' })
  })

  it('the one made last is the newest, also when the clock was set back', async () => {
    const where = place()
    const { rollout, epoch } = await driven(store(), { ...where, createdAt: 9_000 })
    await store().commit(commitOf(rollout.id, epoch, { cursor: cursorOf('failed') }))
    const last = rolloutOf({ ...where, createdAt: 1_000 })
    await store().create(last, [firstEntry])
    const [newest] = await store().rollouts({ ...where, limit: 1 })
    expect(newest?.id).toBe(last.id)
  })

  it('an ended rollout does not go on when a newer one was made, ended or not', async () => {
    const where = place()
    const old = await driven(store(), where)
    await store().commit(commitOf(old.rollout.id, old.epoch, { cursor: cursorOf('failed') }))
    const { rollout, epoch } = await driven(store(), where)
    await store().commit(commitOf(rollout.id, epoch, { cursor: cursorOf('failed'), finishedAt: 7 }))
    const answers = [{ id: 'retry', answer: { kind: 'accepted' } }] as const
    expect(await store().commit(commitOf(old.rollout.id, old.epoch, { answers }))).toBe('busy')
    const again = {
      cursor: cursorOf('failed'),
      hosts: [{ index: 0, state: { phase: 'unknown', attempt: 1 } }],
    } as const
    expect(await store().commit(commitOf(old.rollout.id, old.epoch, { ...again, answers }))).toBe('busy')
    expect((await store().rollout(old.rollout.id))?.cursor.phase).toBe('failed')
    expect(await store().commit(commitOf(rollout.id, epoch, { answers }))).toBe('committed')
    expect(await store().rollout(rollout.id)).not.toHaveProperty('finishedAt')
  })

  it('what was in flight when a rollout is superseded is unknown from then on', async () => {
    const { rollout, epoch } = await driven(store())
    const { application, environment } = rollout
    const running = { index: 1, state: { phase: 'running', attempt: 1 } } as const
    await store().commit(commitOf(rollout.id, epoch, { hosts: [running] }))
    await store().supersede(rollout.id, 7_000)
    expect(await store().records(application, environment)).toEqual([
      { name: 'a2', zone: 'a', health: 'unknown', rollout: rollout.id, at: 7_000 },
    ])
  })
}

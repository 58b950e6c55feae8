// The contract of the port `Store`: a rollout that waits for approval is kept as it is, is driven by nobody, and gives way to any
// newer one, whoever writes at the same time.

import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import type { Approvals } from '../../src/core/approval.ts'
import type { RolloutCursor } from '../../src/core/rollout.ts'
import type { NewRollout, Store } from '../../src/engine/ports.ts'
import { commitOf, cursorOf, entryAfter, firstEntry, type Over, place, rolloutOf, somebody } from './rollout-of.ts'

const eve = { via: 'github', id: '2', name: 'eve \u{1f44d}', door: 'slack' } as const
const approvals: Approvals = { required: 2, requester: somebody, automatic: true, authors: [eve], given: [] }
const first: Approvals = { ...approvals, given: [{ by: { via: 'github', id: '3', name: 'bob' }, at: 1_500 }] }
const both: Approvals = { ...first, given: [...first.given, { by: { ...eve, id: '4' }, at: 1_700 }] }

function unapproved(given = approvals): RolloutCursor {
  return { ...cursorOf('unapproved'), approvals: given }
}

function waiting(over: Over = {}): NewRollout {
  return { ...rolloutOf(over), cursor: unapproved() }
}

async function waits(store: Store, over: Over = {}): Promise<{ rollout: NewRollout; epoch: number }> {
  const rollout = waiting(over)
  expect(await store.create(rollout, [firstEntry])).toEqual({ kind: 'created' })
  const taken = await store.takeOver(rollout.id)
  return { rollout, epoch: taken?.record.epoch ?? 0 }
}

export function storeApprovalSuite(store: () => Store): void {
  it('keeps what was given as it was, also when another takes its place', async () => {
    const { rollout, epoch } = await waits(store())
    const { id, application, environment } = rollout
    const cursor = async () => {
      const [listed] = await store().rollouts({ application, environment, limit: 1 })
      const kept = (await store().rollout(id))?.cursor
      expect(listed?.cursor).toEqual(kept)
      return kept
    }
    expect(await cursor()).toEqual(unapproved())
    const trail = [entryAfter(rollout.trail, { by: eve })]
    await store().commit(commitOf(id, epoch, { cursor: unapproved(first), trail }))
    expect((await store().takeOver(id))?.record.cursor).toEqual(unapproved(first))
    await store().supersede(id, 9)
    expect(await cursor()).toEqual({ ...unapproved(first), phase: 'superseded' })
  })

  it('wants nobody to drive it, but for a letter', async () => {
    const { rollout, epoch } = await waits(store())
    const { id, application, environment } = rollout
    const isPending = async () => (await store().pending()).some((one) => one.id === id)
    expect(await isPending()).toBe(false)
    const letter = { id: randomUUID(), rollout: id, by: eve, ask: { kind: 'approve', release: 'r2' }, at: 3 } as const
    await store().post(letter)
    expect(await store().pending()).toContainEqual({ id, application, environment })
    expect(await store().letters(id)).toEqual([letter])
    const answers = [{ id: letter.id, answer: { kind: 'accepted' } as const }]
    await store().commit(commitOf(id, epoch, { cursor: unapproved(first), answers }))
    expect(await isPending()).toBe(false)
    await store().commit(commitOf(id, epoch, { cursor: { ...cursorOf('running'), approvals: both } }))
    expect(await isPending()).toBe(true)
  })

  it('gives way to a newer one: fenced off, with no host that anybody knows of, and its letters can be answered', async () => {
    const { rollout, epoch } = await waits(store())
    const { id, application, environment } = rollout
    const letter = { id: randomUUID(), rollout: id, by: eve, ask: { kind: 'approve' }, at: 3 } as const
    await store().post(letter)
    const next = waiting({ application, environment, createdAt: 5_000 })
    expect(await store().create(next, [firstEntry])).toEqual({ kind: 'created' })
    expect(await store().rollout(id)).toMatchObject({ cursor: { phase: 'superseded' }, finishedAt: 5_000 })
    expect(await store().commit(commitOf(id, epoch))).toBe('stale')
    expect(await store().records(application, environment)).toEqual([])
    const listed = await store().rollouts({ application, environment, limit: 9 })
    expect(listed.map(({ cursor }) => cursor.phase)).toEqual(['unapproved', 'superseded'])
    const taken = await store().takeOver(id)
    const late = taken?.record.epoch ?? 0
    const answer = { kind: 'refused', reason: 'not-possible-now', detail: { phase: 'superseded' } } as const
    const cursor = taken?.record.cursor ?? cursorOf('superseded')
    // Whoever still thinks that the last approval was given comes too late.
    expect(await store().commit(commitOf(id, late, { cursor: { ...cursor, phase: 'running' } }))).toBe('busy')
    const answers = [{ id: letter.id, answer }]
    expect(await store().commit(commitOf(id, late, { cursor, finishedAt: 5_000, answers }))).toBe('committed')
    expect(await store().answer(letter.id)).toEqual(answer)
    expect((await store().rollout(next.id))?.cursor).toEqual(unapproved())
  })

  it('nothing starts on a plan that was made before an approval', async () => {
    const where = place()
    const { rollout, epoch } = await waits(store(), where)
    const version = await store().version(where)
    const trail = [entryAfter(rollout.trail, { kind: 'approved' })]
    await store().commit(commitOf(rollout.id, epoch, { cursor: unapproved(first), trail }))
    expect(await store().create({ ...waiting(where), version }, [firstEntry])).toEqual({ kind: 'moved' })
    expect((await store().rollout(rollout.id))?.cursor).toEqual(unapproved(first))
  })

  it('of many that are made at once, one is left waiting', async () => {
    const where = place()
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => store().create(waiting(where), [firstEntry])))
    expect(outcomes.map(({ kind }) => kind)).toEqual(Array(6).fill('created'))
    const phases = (await store().rollouts({ ...where, limit: 9 })).map(({ cursor }) => cursor.phase)
    expect(phases).toEqual(['unapproved', ...Array(5).fill('superseded')])
  })

  it('its last approval and a newer rollout at once: one of them begins, never both', async () => {
    for (let round = 0; round < 8; round++) {
      const where = place()
      const { rollout, epoch } = await waits(store(), where)
      const cursor: RolloutCursor = { ...cursorOf('running'), approvals: both }
      const last = () => store().commit(commitOf(rollout.id, epoch, { cursor }))
      const newer = () => store().create(rolloutOf(where), [firstEntry])
      const [committed, created] =
        round % 2 === 0 ? await Promise.all([last(), newer()]) : (await Promise.all([newer(), last()])).toReversed()
      const begun = (await store().rollouts({ ...where, limit: 9 })).filter(
        ({ cursor: { phase } }) => phase !== 'superseded',
      )
      expect(begun).toHaveLength(1)
      expect([committed, created]).toEqual(
        begun[0]?.id === rollout.id
          ? ['committed', { kind: 'busy', rollout: rollout.id }]
          : ['stale', { kind: 'created' }],
      )
    }
  })

  it('a release is what was approved of it: what waits, or never began, changes nothing of its work', async () => {
    const where = place()
    const work = async () => (await store().workOf(where.application, where.environment, 'r2'))?.keep
    await waits(store(), { ...where, work: { keep: 3 } })
    expect(await work()).toBeUndefined()
    const { rollout, epoch } = await waits(store(), { ...where, work: { keep: 5 } })
    await store().commit(commitOf(rollout.id, epoch, { cursor: { ...cursorOf('succeeded'), approvals: both } }))
    expect(await work()).toBe(5)
    const { rollout: unwanted, epoch: late } = await waits(store(), { ...where, work: { keep: 7 } })
    expect(await work()).toBe(5)
    await store().commit(commitOf(unwanted.id, late, { cursor: { ...unapproved(first), phase: 'aborted' } }))
    expect(await work()).toBe(5)
  })

  it('lead times are those of what was approved, from when it was asked for; what was replaced has none', async () => {
    const where = place()
    const origin = { issues: [], commits: [{ sha: 'c'.repeat(40) }] }
    await waits(store(), { ...where, origin, createdAt: 100 })
    expect(await store().leadTimes({ ...where, limit: 9 })).toEqual([])
    const { rollout, epoch } = await waits(store(), { ...where, origin, createdAt: 300 })
    const hosts = [0, 1, 2].map((index) => {
      return { index, state: { phase: 'succeeded', attempt: 1, finishedAt: 9_000 + index } } as const
    })
    const cursor = { ...cursorOf('succeeded'), approvals: both }
    await store().commit(commitOf(rollout.id, epoch, { cursor, hosts, finishedAt: 9_100 }))
    expect(await store().leadTimes({ ...where, limit: 9 })).toEqual([
      { rollout: rollout.id, commit: 'c'.repeat(40), queuedAt: 300, firstHostAt: 9_000, lastHostAt: 9_002 },
    ])
  })
}

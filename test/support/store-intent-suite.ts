// The part of the store's contract that is about intents: one causes one rollout.

import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import type { Store } from '../../src/engine/ports.ts'
import { commitOf, cursorOf, driven, firstEntry, place, rolloutOf } from './rollout-of.ts'

export function storeIntentSuite(store: () => Store): void {
  it('keeps the intent that caused a rollout, and finds the rollout by it', async () => {
    const { rollout } = await driven(store(), { intent: randomUUID() })
    expect(await store().causedBy(rollout.intent ?? '')).toMatchObject({ id: rollout.id, intent: rollout.intent })
    expect(await store().causedBy(randomUUID())).toBeUndefined()
    expect(await store().rollout((await driven(store())).rollout.id)).not.toHaveProperty('intent')
  })

  it('keeps where a rollout was asked for', async () => {
    const origin = { issues: [12, 14], comment: 99, deployment: 5 }
    const { rollout } = await driven(store(), { origin })
    expect(await store().rollout(rollout.id)).toMatchObject({ origin })
    expect((await store().takeOver(rollout.id))?.record).toMatchObject({ origin })
  })

  it('an intent that has caused a rollout causes no other, also when that has ended, also elsewhere', async () => {
    const { rollout, epoch } = await driven(store(), { intent: randomUUID() })
    const { application, environment, intent = '' } = rollout
    const again = () => store().create(rolloutOf({ application, environment, intent }), [firstEntry])
    expect(await again()).toEqual({ kind: 'repeated', rollout: rollout.id })
    await store().commit(commitOf(rollout.id, epoch, { cursor: cursorOf('halted') }))
    expect(await again()).toEqual({ kind: 'repeated', rollout: rollout.id })
    expect((await store().rollout(rollout.id))?.cursor.phase).toBe('halted')
    await store().commit(commitOf(rollout.id, epoch, { cursor: cursorOf('succeeded'), finishedAt: 5 }))
    expect(await again()).toEqual({ kind: 'repeated', rollout: rollout.id })
    expect(await store().create(rolloutOf({ intent }), [])).toEqual({ kind: 'repeated', rollout: rollout.id })
  })

  it.each([
    ['in one environment', true],
    ['in several', false],
  ])('of many at once with one intent, %s, one wins and the others find it', async (_, same) => {
    const where = place()
    const intent = randomUUID()
    const one = () => store().create(rolloutOf({ ...(same && where), intent }), [])
    const outcomes = await Promise.all(Array.from({ length: 8 }, one))
    const winner = await store().causedBy(intent)
    expect(outcomes.filter(({ kind }) => kind === 'created')).toHaveLength(1)
    expect(outcomes.filter(({ kind }) => kind !== 'created')).toEqual(
      Array(7).fill({ kind: 'repeated', rollout: winner?.id }),
    )
  })
}

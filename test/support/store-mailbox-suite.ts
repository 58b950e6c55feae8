// The contract of the port `Store`: letters to a rollout, and who wants a driver.

import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import type { RolloutPhase } from '../../src/core/rollout.ts'
import type { Store } from '../../src/engine/ports.ts'
import { commitOf, cursorOf, driven, somebody } from './rollout-of.ts'

export function storeMailboxSuite(store: () => Store): void {
  const letterTo = (rollout: string, at = 1) =>
    ({ id: randomUUID(), rollout, by: somebody, ask: { kind: 'halt' }, at }) as const

  it('hands letters out in the order of arrival until a commit answers them', async () => {
    const { rollout, epoch } = await driven(store())
    const letters = [letterTo(rollout.id, 3), letterTo(rollout.id, 3), letterTo(rollout.id, 3)]
    for (const letter of letters) await store().post(letter)
    expect(await store().letters(rollout.id)).toEqual(letters)
    const refusal = { kind: 'refused', reason: 'host-running', detail: { host: 'a1' } } as const
    const answers = [
      { id: letters[0]?.id ?? '', answer: { kind: 'accepted' } as const },
      { id: letters[1]?.id ?? '', answer: refusal },
    ]
    await store().commit(commitOf(rollout.id, epoch, { answers }))
    expect(await store().letters(rollout.id)).toEqual(letters.slice(2))
    const given = await Promise.all(letters.map(({ id }) => store().answer(id)))
    expect(given).toEqual([{ kind: 'accepted' }, refusal, undefined])
  })

  it('takes a letter once, and keeps its first answer', async () => {
    const { rollout, epoch } = await driven(store())
    const letter = letterTo(rollout.id)
    await store().post(letter)
    await store().post(letter)
    expect(await store().letters(rollout.id)).toEqual([letter])
    const answered = (reason: 'no-rollout' | 'no-hosts') => ({
      id: letter.id,
      answer: { kind: 'refused', reason, detail: {} } as const,
    })
    await store().commit(commitOf(rollout.id, epoch, { answers: [answered('no-rollout')] }))
    await store().commit(commitOf(rollout.id, epoch, { answers: [answered('no-hosts')] }))
    expect(await store().answer(letter.id)).toMatchObject({ reason: 'no-rollout' })
  })

  it('refuses a letter to nobody', async () => {
    await expect(store().post(letterTo(randomUUID()))).rejects.toThrow()
  })

  it.each<[RolloutPhase, boolean]>([
    ['unapproved', false],
    ['gated', true],
    ['running', true],
    ['baking', true],
    ['halting', true],
    ['waiting', false],
    ['halted', false],
    ['succeeded', false],
    ['failed', false],
    ['aborted', false],
    ['superseded', false],
  ])('a rollout that is %s wants a driver: %s; with a letter always', async (phase, wanted) => {
    const { rollout, epoch } = await driven(store())
    const { id, application, environment } = rollout
    await store().commit(commitOf(id, epoch, { cursor: cursorOf(phase) }))
    const isPending = async () => (await store().pending()).some((one) => one.id === id)
    expect(await isPending()).toBe(wanted)
    const letter = letterTo(id)
    await store().post(letter)
    expect(await store().pending()).toContainEqual({ id, application, environment })
    const answers = [{ id: letter.id, answer: { kind: 'accepted' } as const }]
    await store().commit(commitOf(id, epoch, { cursor: cursorOf(phase), answers }))
    expect(await isPending()).toBe(wanted)
  })
}

// The part of the store's contract that is about text: whatever hosts and people write comes back, or its nearest safe form.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Store } from '../../src/engine/ports.ts'
import { commitOf, cursorOf, driven, entryAfter, rolloutOf } from './rollout-of.ts'

const NASTY = [
  'nul \0 nul',
  'lone \ud800 high',
  'lone \udc00 low',
  '\\u0000',
  '\\\\u0000 \\',
  `'; drop table x; --`,
  '"$1"',
  '\u202e\x1b[31m',
  '🚀',
]

/** What a database of text cannot hold becomes U+FFFD. The fake may keep it. */
function safe(text: string): string {
  return text.replaceAll('\0', '\ufffd').toWellFormed()
}

export function storeTextSuite(store: () => Store): void {
  it.each(NASTY)('keeps logs, signatures, reasons and names: %j', async (text) => {
    const { rollout, epoch } = await driven(store(), { reason: text })
    const log = { head: text, tail: `${text}${text}`, cutBytes: 7 }
    const state = { phase: 'failed', attempt: 1, signature: text } as const
    const cursor = { ...cursorOf('halted'), halt: { kind: 'asked', by: text } } as const
    const outcome = await store().commit(
      commitOf(rollout.id, epoch, { cursor, hosts: [{ index: 0, state }], logs: [{ index: 0, attempt: 1, log }] }),
    )
    expect(outcome).toBe('committed')
    const [kept] = await store().log(rollout.id, 0)
    expect(safe(kept?.log.head ?? '')).toBe(safe(text))
    expect(safe(kept?.log.tail ?? '')).toBe(safe(log.tail))
    expect(kept?.log.cutBytes).toBe(7)
    expect(safe((await store().hosts(rollout.id))[0]?.signature ?? '')).toBe(safe(text))
    const record = await store().rollout(rollout.id)
    expect(safe(record?.reason ?? '')).toBe(safe(text))
    expect(safe(JSON.stringify(record?.cursor))).toContain('asked')
  })

  it('keeps trail bodies to the byte, or their hashes would break', async () => {
    const { rollout, epoch } = await driven(store())
    let last = rollout.trail
    const bodies = fc.sample(fc.jsonValue(), { numRuns: 100, seed: 7 })
    const entries = [...bodies, ...NASTY.map((text) => ({ z: text, a: text, [text]: 1 }))].map((body) => {
      const entry = entryAfter(last, body)
      last = entry
      return entry
    })
    await store().commit(commitOf(rollout.id, epoch, { trail: entries }))
    const trail = await store().trail(rollout.id)
    expect(trail.slice(1).map(({ body }) => JSON.stringify(body))).toEqual(
      entries.map(({ body }) => JSON.stringify(body)),
    )
  })

  it('keeps a plan to the byte, or its digest would break', async () => {
    const rollout = rolloutOf({ hosts: 40 })
    const scripts = { start: NASTY.join('\n'), drain: '🚀'.repeat(400_000) }
    const work = { ...rollout.plan.work, recipe: { ...rollout.plan.work.recipe, scripts } }
    const plan = { ...rollout.plan, work }
    await store().create({ ...rollout, plan }, [])
    expect(JSON.stringify((await store().rollout(rollout.id))?.plan) === JSON.stringify(plan)).toBe(true)
  })

  it('keeps several attempts of a host apart, and the last log of each', async () => {
    const { rollout, epoch } = await driven(store())
    const logOf = (attempt: number, head: string) => ({ index: 1, attempt, log: { head, tail: '', cutBytes: 0 } })
    await store().commit(commitOf(rollout.id, epoch, { logs: [logOf(2, 'two'), logOf(1, 'half')] }))
    await store().commit(commitOf(rollout.id, epoch, { logs: [logOf(1, 'half'), logOf(1, 'one')] }))
    const logs = await store().log(rollout.id, 1)
    expect(logs.map(({ attempt, log }) => `${attempt} ${log.head}`)).toEqual(['1 one', '2 two'])
    expect(await store().log(rollout.id, 0)).toEqual([])
  })
}

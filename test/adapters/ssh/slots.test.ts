// Places for tasks: never more than there are, none idle while somebody may have it, and a small owner before a huge one.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSlots } from '../../../src/adapters/ssh/slots.ts'

/** Slots whose tasks run until they are told to end. */
function bench(limits: { count: number; quota: number }) {
  const slots = createSlots(limits)
  const running: { owner: string; end: () => void }[] = []
  const begun: string[] = []
  const add = (owner: string) =>
    slots(owner, () => {
      const { promise, resolve } = Promise.withResolvers<void>()
      running.push({ owner, end: resolve })
      begun.push(owner)
      return promise
    })
  const end = async (index: number) => {
    running.splice(index, 1)[0]?.end()
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve()
  }
  const busy = (owner: string) => running.filter((each) => each.owner === owner).length
  return { add, end, busy, running, begun }
}

describe('slots', () => {
  it('in the middle of 1,000 slow hosts, three of another environment begin at once', () => {
    const { add, busy } = bench({ count: 200, quota: 160 })
    for (let host = 0; host < 1_000; host += 1) add('huge')
    expect(busy('huge')).toBe(160)
    for (let host = 0; host < 3; host += 1) add('small')
    expect(busy('small')).toBe(3)
  })

  it('where all are taken, the first free one goes to the environment that has none', async () => {
    const { add, end, busy, begun } = bench({ count: 4, quota: 4 })
    for (let host = 0; host < 1_000; host += 1) add('huge')
    add('small')
    expect(busy('small')).toBe(0)
    await end(0)
    expect(begun.at(-1)).toBe('small')
    await end(0)
    expect(begun.at(-1)).toBe('huge')
  })

  it('holds its limits, leaves no place idle, and prefers whoever has fewest', async () => {
    const deed = fc.oneof(fc.record({ add: fc.constantFrom('a', 'b', 'c') }), fc.record({ end: fc.nat(20) }))
    const limits = fc.record({ count: fc.integer({ min: 1, max: 6 }), quota: fc.integer({ min: 1, max: 6 }) })
    await fc.assert(
      fc.asyncProperty(limits, fc.array(deed, { maxLength: 60 }), async ({ count, quota }, deeds) => {
        const set = bench({ count, quota })
        const added = new Map<string, number>()
        const waiting = (owner: string) => (added.get(owner) ?? 0) - set.begun.filter((each) => each === owner).length
        for (const one of deeds) {
          const before = new Map(['a', 'b', 'c'].map((owner) => [owner, waiting(owner)]))
          const begunBefore = set.begun.length
          if ('add' in one) {
            added.set(one.add, (added.get(one.add) ?? 0) + 1)
            set.add(one.add)
          } else if (set.running.length > 0) {
            await set.end(one.end % set.running.length)
            const chosen = set.begun[begunBefore]
            const held = (owner: string) => set.busy(owner) - (owner === chosen ? 1 : 0)
            for (const owner of before.keys())
              if (chosen !== undefined && (before.get(owner) ?? 0) > 0)
                expect(held(chosen)).toBeLessThanOrEqual(held(owner))
          }
          expect(set.running.length).toBeLessThanOrEqual(count)
          for (const owner of ['a', 'b', 'c']) {
            expect(set.busy(owner)).toBeLessThanOrEqual(quota)
            if (waiting(owner) > 0) expect(set.running.length === count || set.busy(owner) === quota).toBe(true)
          }
        }
      }),
    )
  })
})

// Rollouts that began, found between any number that waited for approval and were replaced.

import { expect, it } from 'vitest'
import { MemoryStore } from '../../src/adapters/memory/store.ts'
import { begunRollouts } from '../../src/engine/begun-rollouts.ts'
import { cursorOf, place, rolloutOf, somebody } from '../support/rollout-of.ts'

const approvals = { required: 1, requester: somebody, authors: [], given: [] }

/** Oldest first; true: it began. */
async function pastOf(...begun: boolean[]) {
  const store = new MemoryStore()
  const where = place()
  for (const [n, one] of begun.entries()) {
    const cursor = one ? cursorOf('halted') : { ...cursorOf('unapproved'), approvals }
    await store.create({ ...rolloutOf({ ...where, hosts: 1 }), id: `r${n}`, cursor }, [])
  }
  return async (most: number) => (await begunRollouts(store, { ...where, most })).map(({ id }) => id)
}

it.each([0, 1, 99, 100, 101, 200])('behind %i that never did, the newest first', async (waited) => {
  const past = await pastOf(true, true, ...Array<boolean>(waited).fill(false))
  expect(await past(1)).toEqual(['r1'])
  expect(await past(9)).toEqual(['r1', 'r0'])
})

it('none where none began', async () => {
  expect(await (await pastOf())(1)).toEqual([])
  expect(await (await pastOf(false))(1)).toEqual([])
})

// What every `Rounds` must do, in memory and in a database.

import { expect, it } from 'vitest'
import type { Rounds } from '../../src/engine/ports-rounds.ts'

const HOUR_MS = 60 * 60 * 1_000

/** `open` answers fresh rounds as two processes see them, which may be the same. */
export function roundsSuite(open: () => Promise<readonly [Rounds, Rounds]>): void {
  it('of many who ask at once, one gets the round, and it begins now', async () => {
    const both = await open()
    const asked = Array.from({ length: 20 }, (_, index) => both[index % 2 === 0 ? 0 : 1].begin('a', HOUR_MS))
    const got = (await Promise.all(asked)).filter((round) => round !== undefined)
    expect(got).toHaveLength(1)
    expect(got[0]?.since).toBe(got[0]?.now)
  })

  it('names are apart', async () => {
    const [rounds] = await open()
    expect(await rounds.begin('a', HOUR_MS)).toBeDefined()
    expect(await rounds.begin('b', HOUR_MS)).toBeDefined()
  })

  it('goes on from where a round ended, and never from before', async () => {
    const [rounds, other] = await open()
    const first = await rounds.begin('a', 0)
    const now = first?.now ?? 0
    await rounds.finish('a', now + 2)
    await other.finish('a', now + 1)
    expect(await other.begin('a', 0)).toMatchObject({ since: now + 2 })
  })

  it('a round that was not finished begins again from the same place', async () => {
    const [rounds, other] = await open()
    const first = await rounds.begin('a', 0)
    expect(await other.begin('a', 0)).toMatchObject({ since: first?.since })
  })

  it('finishing what nobody began changes nothing', async () => {
    const [rounds] = await open()
    await rounds.finish('a', Number.MAX_SAFE_INTEGER)
    const round = await rounds.begin('a', HOUR_MS)
    expect(round?.since).toBe(round?.now)
  })
}

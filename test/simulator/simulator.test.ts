// The simulator in the suite: some seeds with no broken invariant, every point at which a process can die, and every broken
// engine caught. `npm run simulate` looks at many more seeds.

import { describe, expect, it } from 'vitest'
import { everyCrash, STORIES } from './crash-points.ts'
import { drawScenario } from './draw-scenario.ts'
import { MUTANTS } from './mutants.ts'
import { change } from './mutate.ts'
import { play } from './play.ts'
import { tellStory } from './story.ts'
import { hunt } from './table.ts'
import { inTwos, runInThreads } from './thread.ts'

const SEEDS = 200

describe('simulator', () => {
  it(`${SEEDS} seeds: no invariant breaks`, { timeout: 120_000 }, async () => {
    const report = await runInThreads(1, SEEDS)
    expect(report.seeds).toBe(SEEDS)
    const [first] = report.broken
    expect(first ? (await tellStory(first.seed, new Set(), true)).join('\n') : '').toBe('')
    expect(Object.keys(report.faults)).toHaveLength(21)
  })

  it('is the same for the same seed', async () => {
    const once: string[] = []
    const twice: string[] = []
    await play(drawScenario(7), once)
    await play(drawScenario(7), twice)
    expect(once.length).toBeGreaterThan(10)
    expect(twice).toEqual(once)
  })

  it.each(Object.entries(STORIES))('%s: a process may die at any point', { timeout: 120_000 }, async (_, scenario) => {
    const { points, broken } = await everyCrash(scenario)
    expect(broken.map(({ violation }) => violation?.message)).toEqual([])
    expect(points).toBeGreaterThan(80)
  })
})

describe('mutants', () => {
  it('every broken engine is caught', { timeout: 300_000 }, async () => {
    const all = await inTwos(MUTANTS, async (mutant) => {
      const known = await hunt(mutant, mutant.seed, 1)
      return known.by === undefined ? hunt(mutant, 1) : known
    })
    expect(all.filter(({ by }) => by === undefined).map(({ mutant }) => mutant.name)).toEqual([])
    expect(MUTANTS.length).toBeGreaterThanOrEqual(15)
  })

  it('one that does not fit its source is an error', () => {
    expect(() => change('a b a', { file: 'x.ts', find: 'a', put: 'c' })).toThrow('2 times')
    expect(() => change('b', { file: 'x.ts', find: 'a', put: 'c' })).toThrow('0 times')
    expect(change('a b', { file: 'x.ts', find: 'a', put: '$&' })).toBe('$& b')
  })
})

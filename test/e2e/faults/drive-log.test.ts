// The one figure of a chaos run that comes from the store: who drove what, and how soon another process went on.

import { describe, expect, it } from 'vitest'
import { makeDice } from '../../chaos/dice.ts'
import { type DriveNote, percentile, resumesOf } from '../../chaos/drive-log.ts'
import { countsFor, makeSchedule } from '../../chaos/schedule.ts'

const PROCESSES = ['one', 'two']

/** `one:1:running` is a note by `one` of epoch 1; a note a second. */
function notes(...words: string[]): DriveNote[] {
  return words.map((word, index) => {
    const [by = '', epoch, phase = ''] = word.split(':')
    return { rollout: 'r1', by, epoch: Number(epoch), phase, atMs: (index + 1) * 1_000 }
  })
}

describe('resumesOf', () => {
  it.each<[string, DriveNote[], number[]]>([
    ['another one went on', notes('one:1:gated', 'one:1:running', 'two:2:running'), [500]],
    ['it went on itself, started again', notes('one:1:gated', 'one:1:running', 'one:2:running'), [500]],
    ['it drove nothing', notes('two:1:gated', 'two:1:running', 'one:2:running'), []],
    ['its rollout was at rest', notes('one:1:running', 'one:1:halted', 'two:2:running'), []],
    ['a person took its rollout away', notes('one:1:gated', 'one:1:running', 'ada:2:superseded'), []],
    ['its rollout came to rest under another one', notes('one:1:gated', 'one:1:running', 'two:2:halted'), [500]],
    ['nobody has gone on', notes('one:1:gated', 'one:1:running'), []],
  ])('%s', (_, log, expected) => {
    expect(resumesOf(log, [{ process: 'one', atMs: 2_500 }], PROCESSES).map(({ ms }) => ms)).toEqual(expected)
  })
})

describe('percentile', () => {
  it.each([
    [[], 0.5, 0],
    [[3, 1, 2], 0.5, 2],
    [[3, 1, 2], 0.99, 3],
    [Array.from({ length: 200 }, (_, i) => i + 1), 0.99, 198],
  ])('of %j at %d is %d', (values, share, expected) => {
    expect(percentile(values, share)).toBe(expected)
  })
})

describe('makeSchedule', () => {
  const counts = countsFor(12, { kill: 50, pause: 20, 'postgres-restart': 10 })

  it('holds what was asked for, in order, inside the run', () => {
    const faults = makeSchedule(counts, 12, makeDice(1))
    expect(faults.filter(({ kind }) => kind === 'kill')).toHaveLength(50)
    expect(faults.map(({ atMs }) => atMs)).toEqual(faults.map(({ atMs }) => atMs).sort((a, b) => a - b))
    expect(faults.every(({ atMs }) => atMs > 0 && atMs < 12 * 60_000)).toBe(true)
  })

  it('is the same for the same seed, and another one for another', () => {
    const of = (seed: number) => makeSchedule(counts, 12, makeDice(seed))
    expect(of(1)).toEqual(of(1))
    expect(of(1)).not.toEqual(of(2))
  })
})

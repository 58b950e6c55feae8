// The judge of a chaos run, judged: records made by hand, each with one fault that it must name, and some without any.

import { describe, expect, it } from 'vitest'
import { type Claim, Claims } from '../../chaos/claims.ts'
import { type HostLine, parseLine } from '../../chaos/host-record.ts'
import { GRACE_MS, judge } from '../../chaos/oracle.ts'

/** `r1 7 begin:start` is a line of rollout r1 by process 7; a line a second. */
function record(...words: string[]): HostLine[] {
  return words.map((word, index) => {
    const [rollout, pid, what = ''] = word.split(' ')
    const [mark, step] = what.split(':')
    return parseLine(`${mark} ${step} v1 ${rollout} ${pid} ${index + 1}.00`)
  })
}

const recipe = (rollout: string, pid: number) =>
  ['start', 'undrain'].flatMap((step) => [`${rollout} ${pid} begin:${step}`, `${rollout} ${pid} end:${step}`])

function verdict(words: readonly string[], claims: readonly Claim[] = []): string[] {
  return judge([{ host: 'a', lines: record(...words) }], claims, 1).map(({ kind }) => kind)
}

const result = (phase: string, succeeded: number): Claim => ({
  ...{ kind: 'result', rollout: 'r1', phase, succeeded, planned: 1 },
})
const quiet = (fromMs: number, untilMs?: number): Claim => ({
  ...{ kind: 'quiet', rollout: 'r1', why: 'halted', fromMs },
  ...(untilMs !== undefined && { untilMs }),
})
const retry: Claim = { kind: 'retry', rollout: 'r1' }
const started: Claim = { kind: 'started', rollout: 'r1', environment: 'e1' }
const later = ['r0 1 begin:start', 'r0 1 end:start', 'r0 1 begin:x', 'r0 1 end:x', 'r0 1 begin:y', ...recipe('r1', 7)]

describe('lets be', () => {
  it.each<[string, string[], Claim[]]>([
    ['nothing at all', [], []],
    ['a recipe that went through', recipe('r1', 7), [started, result('succeeded', 1)]],
    ['one rollout after the other', [...recipe('r1', 7), ...recipe('r2', 8)], [result('succeeded', 1)]],
    ['a recipe that a newer rollout cut', ['r1 7 begin:start', ...recipe('r2', 8)], [result('superseded', 0)]],
    ['a last step of another shell', ['r1 7 begin:start', 'r1 7 end:start', 'r1 8 begin:undrain'], []],
    ['a failed step that a person let run again', ['r1 7 begin:start', 'r1 7 fail:start', ...recipe('r1', 8)], [retry]],
    ['a recipe that was begun before the halt', recipe('r1', 7), [quiet(1_000)]],
    ['a claim that was on its way when it was halted', later, [quiet(6_000 - GRACE_MS)]],
    ['a host that begins after somebody resumed', later, [quiet(0, 5_000)]],
  ])('%s', (_, words, claims) => {
    expect(verdict(words, claims)).toEqual([])
  })
})

describe('names', () => {
  it.each<[string, string, string[], Claim[]]>([
    ['repeated', 'a step that ran twice', [...recipe('r1', 7), ...recipe('r1', 8)], []],
    [
      'repeated',
      'a step that ran twice after a failure',
      ['r1 7 begin:start', 'r1 7 fail:start', 'r1 8 begin:start'],
      [],
    ],
    ['repeated', 'a retry of a host that was through', [...recipe('r1', 7), ...recipe('r1', 8)], [retry]],
    ['overlap', 'a recipe inside another one', ['r1 7 begin:start', 'r2 8 begin:start', 'r1 7 end:start'], []],
    ['overlap', 'two shells of one rollout', ['r1 7 begin:start', 'r1 8 begin:undrain'], []],
    ['overlap', 'an end that has no beginning', ['r1 7 begin:start', 'r1 8 end:start'], []],
    ['after-halt', 'a host that began after the halt', later, [quiet(6_000 - GRACE_MS - 1)]],
    ['missing', 'a success that no host knows of', ['r1 7 begin:start'], [result('succeeded', 1)]],
    ['missing', 'a host that was counted and is not through', ['r1 7 begin:start'], [result('halted', 1)]],
    ['lost', 'a rollout that never ends', recipe('r1', 7), [result('running', 1)]],
    ['lost', 'a rollout that was acknowledged and is not known', [], [started]],
  ])('%s: %s', (kind, _, words, claims) => {
    expect(verdict(words, claims)).toContain(kind)
  })
})

describe('after a halt', () => {
  const late = (...hosts: string[]) =>
    hosts.map((host) => ({ host, lines: record('r0 1 begin:x', ...recipe('r1', 7)) }))

  it('those that were in hand write on, and nobody more', () => {
    expect(judge(late('a', 'b'), [quiet(2_000)], 2)).toEqual([])
    const [found] = judge(late('a', 'b', 'c'), [quiet(2_000)], 2)
    expect(found).toMatchObject({ kind: 'after-halt', rollout: 'r1', lines: [{}, {}, {}] })
  })

  it('who writes when somebody has resumed counts no more', () => {
    expect(judge(late('a', 'b', 'c'), [quiet(1_000, 1_999)], 2)).toEqual([])
  })
})

describe('what people were told', () => {
  it('is quiet from the first word until somebody asks it to go on', () => {
    let now = 1
    const claims = new Claims(() => now)
    for (now of [1, 2]) claims.quiet('r1', 'halted')
    claims.goesOn('r1')
    now = 3
    claims.goesOn('r1')
    claims.quiet('r1', 'halted again')
    expect(claims.all).toEqual([
      { kind: 'quiet', rollout: 'r1', why: 'halted', fromMs: 1, untilMs: 2 },
      { kind: 'quiet', rollout: 'r1', why: 'halted again', fromMs: 3 },
    ])
  })
})

describe("a host's line", () => {
  it.each(['', 'begin', 'begin start v1 r1 7', 'begin start v1 r1 7 1.00 more', 'began start v1 r1 7 1.00'])(
    'that is torn stops the judge: %j',
    (text) => {
      expect(() => parseLine(text)).toThrow('strange line')
    },
  )
})

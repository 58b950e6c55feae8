// Which release a rollback goes back to.

import { describe, expect, it } from 'vitest'
import { type PastRelease, type PastRollout, rollbackTarget } from '../../src/core/rollback-target.ts'

/** `deploy r2 failed`, newest first as the store gives them. */
function rollouts(...lines: readonly string[]): PastRollout[] {
  return lines.map((line, index) => {
    const [kind, releaseId = '', phase = 'succeeded'] = line.split(' ')
    const id = `o${lines.length - index}`
    return {
      id,
      kind: kind === 'rollback' ? 'rollback' : 'deploy',
      releaseId,
      phase: phase === 'failed' ? 'failed' : 'succeeded',
    }
  })
}

/** `a1 r1 10`: a1 ran r1 from 10. */
function ran(...lines: readonly string[]): PastRelease[] {
  return lines.map((line) => {
    const [name = '', release = '', from] = line.split(' ')
    return { name, release, from: Number(from) }
  })
}

const all = new Set(['a1', 'a2', 'a3', 'a4'])

describe('rollbackTarget', () => {
  it.each<[string, string, PastRollout[], PastRelease[], string | undefined]>([
    ['the release before', 'r2', rollouts('deploy r2', 'deploy r1'), ran('a1 r1 1', 'a2 r1 1', 'a1 r2 5'), 'r1'],
    ['the first release has none before it', 'r1', rollouts('deploy r1'), ran('a1 r1 1'), undefined],
    ['nothing was ever good', 'r1', rollouts('deploy r1 failed'), [], undefined],
    [
      'a release in between that ran nowhere is passed',
      'r3',
      rollouts('deploy r3 failed', 'deploy r2 failed', 'deploy r1'),
      ran('a1 r1 1', 'a2 r1 1'),
      'r1',
    ],
    [
      'each host’s newest counts, not how often',
      'r3',
      rollouts('deploy r3 failed', 'deploy r2', 'deploy r1'),
      ran('a1 r1 1', 'a2 r1 1', 'a1 r1 2', 'a1 r2 5', 'a2 r2 5'),
      'r2',
    ],
    [
      'what most hosts ran',
      'r3',
      rollouts('deploy r3 failed', 'deploy r2 failed', 'deploy r1'),
      ran('a1 r1 1', 'a2 r1 1', 'a3 r1 1', 'a4 r1 1', 'a1 r2 5'),
      'r1',
    ],
    [
      'the newest among equals',
      'r3',
      rollouts('deploy r3 failed', 'deploy r2 failed', 'deploy r1'),
      ran('a1 r1 1', 'a2 r1 1', 'a1 r2 5'),
      'r2',
    ],
    [
      'hosts that the bad release did not touch have no voice',
      'r3',
      rollouts('deploy r3 failed', 'deploy r2', 'deploy r1'),
      ran('a1 r2 5', 'b1 r1 1', 'b2 r1 1', 'b3 r1 1'),
      'r2',
    ],
    [
      'a release that was rolled back from is not good',
      'r3',
      rollouts('deploy r3 failed', 'rollback r1', 'deploy r2', 'deploy r1'),
      ran('a1 r1 1', 'a1 r2 5', 'a1 r1 7', 'a2 r2 9'),
      'r1',
    ],
    [
      'a second rollback goes further back, not forward again',
      'r2',
      rollouts('rollback r2', 'deploy r3', 'deploy r2', 'deploy r1'),
      ran('a1 r1 1', 'a1 r2 5', 'a1 r3 7', 'a1 r2 9'),
      'r1',
    ],
    [
      'unless it was rolled out well since',
      'r4',
      rollouts('deploy r4 failed', 'deploy r2', 'rollback r1', 'deploy r2', 'deploy r1'),
      ran('a1 r1 1', 'a1 r2 5', 'a1 r1 7', 'a1 r2 9'),
      'r2',
    ],
  ])('%s', (_, bad, past, releases, target) => {
    expect(rollbackTarget({ bad, rollouts: past, releases, touched: all })).toBe(target)
  })
})

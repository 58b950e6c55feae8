// Locks and the audit on the screen: who holds what since when, and who asked for what.

import { describe, expect, it } from 'vitest'
import type { Line } from '../../../src/apps/cli/screen/line.ts'
import { paintLine } from '../../../src/apps/cli/screen/paint.ts'
import { auditLines } from '../../../src/apps/cli/words/audit.ts'
import { lockLines, lockOutcomeLines } from '../../../src/apps/cli/words/lock.ts'
import { refusalLines } from '../../../src/apps/cli/words/refusal.ts'
import { localTime } from '../../../src/apps/cli/words/times.ts'
import { me } from './house-of.ts'

const text = (lines: readonly Line[]) => lines.map((line) => paintLine(line, { colour: false })).join('\n')

describe('locks', () => {
  const hour = 3_600_000
  const lock = { kind: 'person', holder: me, reason: 'a \x1b[31mmigration', since: 0 } as const
  const bob = { via: 'terminal', id: '2', name: 'bob' } as const

  it('show who, since when and how old, why, and who waits', () => {
    const hold = { kind: 'hold', holder: bob, since: hour, until: 2 * hour } as const
    const said = text(lockLines({ lock, hold, queue: [{ person: bob }] }, 3 * hour))
    expect(said).toBe(`locked: By ada since ${localTime(0)} (3h), until it is unlocked: "a \\x1b[31mmigration".
  waiting for it: bob
automatic deploys held: Since a rollback by bob on ${localTime(hour)} (2h), until ${localTime(2 * hour)}.`)
    expect(lockLines({ queue: [] }, 0)).toEqual([])
  })

  it.each<[Parameters<typeof lockOutcomeLines>[0], RegExp]>([
    [{ kind: 'taken', lock }, /^prod is locked: nobody else deploys there until it is unlocked\.$/],
    [{ kind: 'extended', lock: { ...lock, until: hour } }, /^prod stays locked until \d{4}-/],
    [{ kind: 'queued', position: 2, lock }, /^By ada since [\s\S]*\nYou are 2nd in the queue/],
    [{ kind: 'released', lock }, /^prod is unlocked\.$/],
    [{ kind: 'released', lock: { ...lock, kind: 'hold' } }, /^Automatic deploys to prod go on\.$/],
    [{ kind: 'released', lock, next: { ...lock, holder: bob } }, /^Released: bob waited for it/],
    [{ kind: 'left', lock }, /^You no longer wait\. By ada/],
  ])('%j in words', (outcome, said) => {
    expect(text(lockOutcomeLines(outcome, { environment: 'prod', now: hour }))).toMatch(said)
  })

  it('never stop what ends a rollout, and the refusal says so', () => {
    for (const kind of ['person', 'hold'] as const) {
      const detail = { kind, holder: 'eve', since: 0, ageMs: hour }
      const said = text(refusalLines({ kind: 'refused', reason: 'lock-held', detail }, 'prod'))
      expect(said).toMatch(/ (eve|by eve) [\s\S]*\(1h|60m\)[\s\S]*rollback, halt, abort or skip is never stopped/)
    }
  })

  it('and the audit: a line for each intent', () => {
    const base = { seq: 1, at: 0, previous: '', hash: '' }
    const place = { application: 'shop', environment: 'production' }
    const lines = auditLines(
      [
        {
          ...base,
          fact: {
            ...{ person: bob, verb: 'deploy', ...place, outcome: { kind: 'refused', reason: 'lock-held' } },
            ...{ release: 'r2', automatic: true },
          },
        },
        {
          ...base,
          fact: {
            ...{ person: me, verb: 'lock', ...place, outcome: { kind: 'accepted' } },
            ...{ forMs: 2 * hour, reason: 'x\u202e' },
          },
        },
      ],
      hour,
    )
    expect(text(lines).split('\n')).toEqual([
      expect.stringMatching(/bob \(terminal 2\) +deploy +shop production +refused: lock-held +r2 · automatic$/),
      expect.stringMatching(/ada \(terminal 1000\) +lock +shop production +accepted +for 2h · "x\\u\{202e\}"$/),
    ])
  })
})

// The words on the screen: what a person reads about a plan, a rollout, a refusal, a fault.

import { describe, expect, it } from 'vitest'
import type { Line } from '../../../src/apps/cli/screen/line.ts'
import { paintLine } from '../../../src/apps/cli/screen/paint.ts'
import { faultLines } from '../../../src/apps/cli/words/faults.ts'
import { hostLines, logLines } from '../../../src/apps/cli/words/hosts.ts'
import { planLines, shortPlanLines } from '../../../src/apps/cli/words/plan.ts'
import { refusalLines } from '../../../src/apps/cli/words/refusal.ts'
import { kindWords, progressLines, statusLines, summaryLine } from '../../../src/apps/cli/words/status.ts'
import { ago } from '../../../src/apps/cli/words/times.ts'
import type { RefusalReason } from '../../../src/core/intent.ts'
import { duration, listed, ordinal } from '../../../src/core/phrases.ts'
import { reportRollout } from '../../../src/core/report.ts'
import { reportPlan } from '../../../src/core/report-plan.ts'
import type { HostState, RolloutCursor } from '../../../src/core/rollout.ts'
import { fleetOf, planOf } from '../../support/plan-of.ts'
import { me } from './house-of.ts'

const count = (n: number) => ({ kind: 'count', count: n }) as const
const text = (lines: readonly Line[]) => lines.map((line) => paintLine(line, { colour: false })).join('\n')

const plan = planOf({
  fleet: fleetOf({ 'us-east-1a': 40, 'us-east-1b': 2 }),
  strategy: {
    order: 'zone-by-zone',
    canary: { hosts: count(1), after: { kind: 'bake', ms: 600_000 } },
    batch: [count(1), count(10)],
    maxUnavailable: { kind: 'percent', percent: 25 },
    maxFailures: { zone: count(2) },
    betweenZones: { kind: 'wait' },
  },
})

it.each([
  ['deploy', 'deploy of'],
  ['rollback', 'rollback to'],
] as const)('a line about a %s says "%s" its release', (kind, words) => {
  expect(kindWords(kind)).toBe(words)
})

describe('a plan', () => {
  it('in full', () => {
    expect(text(planLines(reportPlan(plan)))).toBe(`deploy of r2 to shop production: all 42 hosts
  canary (1) → us-east-1a (39) → us-east-1b (2)

zones
  us-east-1a  40 of 40 hosts: 40 to be updated
  us-east-1b  2 of 2 hosts: 2 to be updated

in this order
  1. canary  1 host · all at once · then bakes for 10m
     us-east-1a: us-east-1a1
  2. us-east-1a  39 hosts · 1, then 10 at a time · then waits for \`houston continue\`
     us-east-1a: us-east-1a2, us-east-1a3, us-east-1a4, us-east-1a5, us-east-1a6 and 34 more
  3. us-east-1b  2 hosts · 1, then 2 at a time
     us-east-1b: us-east-1b1, us-east-1b2

budgets
  out of service at most: 10 of 40 in us-east-1a, 1 of 2 in us-east-1b
  halts on the 3rd failure of 40 in us-east-1a
  does not halt for failures in us-east-1b: all 2 are tolerated
  halts on the 1st failure of 1 of stage canary

digest ${plan.digest.slice(0, 12)}`)
  })

  it('in short, with the halt arithmetic', () => {
    expect(text(shortPlanLines(reportPlan(plan)))).toContain('halts on the 3rd failure of 40 in us-east-1a')
  })
})

const report = (hosts: HostState[], cursor: Partial<RolloutCursor> = {}) => {
  const small = planOf({
    fleet: fleetOf({ a: 3, b: 2 }),
    strategy: { maxFailures: { fleet: count(1), zone: count(1) } },
  })
  const full: RolloutCursor = { phase: 'running', stage: 0, forgiven: { fleet: 0, stage: 0, zones: [0, 0] }, ...cursor }
  return reportRollout({ id: 'x', requestedBy: me, createdAt: 0, plan: small, cursor: full, hosts })
}
const ok: HostState = { phase: 'succeeded', attempt: 1, startedAt: 0, finishedAt: 60_000 }
const bad: HostState = {
  phase: 'failed',
  attempt: 1,
  step: 'start',
  signature: 'start exited 127: `\x1b[31mnode\x1b[0m`',
}
const queued: HostState = { phase: 'queued', attempt: 1 }
const working: HostState = { phase: 'running', attempt: 1, startedAt: 0 }

describe('a rollout', () => {
  it('that runs', () => {
    expect(
      text(progressLines(report([ok, bad, working, ok, queued]), 120_000)),
    ).toBe(`shop production  deploy of r2  running
  asked for by ada 2m ago
  stage 1 of 1: fleet (5 hosts)
  a    1/3 ok · 1 failed (halts at 2) · 1 at work · ETA 60s
  b    1/2 ok · 0 failed (halts at 2)
  all  2/5 ok · 1 failed (halts at 2) · 1 at work · ETA 60s
  1 host: start exited 127: \`\\x1b[31mnode\\x1b[0m\`
    a2`)
  })

  it('that halted: why, what is untouched, what to type', () => {
    const halt = { kind: 'zone-budget', zone: 'a', failed: 2, budget: 1, of: 3 } as const
    const lines = text(statusLines(report([bad, bad, queued, ok, queued], { phase: 'halted', halt }), 120_000))
    expect(lines).toContain('halted: 2 of 3 hosts in a failed, 1 is tolerated')
    expect(lines).toContain('2 hosts: start exited 127')
    expect(lines).toContain('untouched: 2 hosts (a3, b2)')
    expect(lines).toContain('houston rollback production')
    expect(lines).toContain('houston log production a1')
    expect(lines).not.toContain('\x1b')
  })

  it('that bakes', () => {
    const line = paintLine(
      summaryLine(report([ok, ok, ok, ok, queued], { phase: 'baking', bakeUntil: 420_000 }), 120_000),
      { colour: false },
    )
    expect(line).toBe('production baking 4/5 ok · 0 failed (halts at 2) · bakes for another 5m')
  })

  it('with a host name that would not fit', () => {
    const long = planOf({ fleet: fleetOf({ ['z'.repeat(300)]: 1 }) })
    const cursor: RolloutCursor = { phase: 'running', stage: 0, forgiven: { fleet: 0, stage: 0, zones: [0] } }
    const lines = progressLines(
      reportRollout({ id: 'x', requestedBy: me, createdAt: 0, plan: long, cursor, hosts: [bad] }),
      0,
    )
    for (const line of lines.slice(3)) expect(paintLine(line, { colour: false }).length).toBeLessThan(130)
  })
})

describe('a refusal', () => {
  const reasons: Record<RefusalReason, true> = {
    ...{ 'no-hosts': true, 'no-room': true, 'nothing-to-do': true, 'rollout-running': true, 'no-rollout': true },
    ...{ 'not-possible-now': true, 'unknown-host': true, 'host-running': true, 'no-good-release': true },
    ...{ 'unknown-release': true, 'plan-changed': true, 'no-answer': true, 'runner-unavailable': true },
    ...{ 'lock-held': true, 'not-the-holder': true, 'not-locked': true },
    ...{ 'not-allowed': true, 'not-granted': true, 'other-repository': true, 'no-configuration': true },
    ...{ 'broken-configuration': true, 'unknown-ref': true, 'ambiguous-ref': true, 'ref-changed': true, fork: true },
    ...{ 'unreachable-commit': true, 'moved-release': true, 'not-a-descendant': true, 'no-artefact': true },
    ...{ 'not-the-newest': true, 'moved-on': true, 'not-a-second-person': true, 'unlinked-approver': true },
    ...{ 'requester-lost-right': true, 'approver-lost-right': true, 'other-release': true, 'no-approvers': true },
  }
  const detail = {
    ...{ zone: 'a', hosts: 3, release: 'r1', rollout: 'x', ask: 'resume', phase: 'running', host: 'web1' },
    ...{ environment: 'prod', seconds: 15, runner: 'eu' },
    ...{ kind: 'person', holder: 'eve', since: 0, ageMs: 7_200_000 },
    ...{ needs: 'maintain', address: 'web1.acme.dev', add: 'identities', application: 'shop', repository: 'acme/shop' },
    ...{ branch: 'main', faults: '1:1 is missing', ref: 'v1', names: 'branch and tag', commit: 'abc1234', why: 'gone' },
    ...{ was: 'abc1234', is: 'def5678', running: 'r0' },
    ...{ who: 'requester', requester: 'ada', approver: 'bob', via: 'github', asked: 'r2' },
  }
  it.each(Object.keys(reasons) as RefusalReason[])('%s says what, why and what next', (reason) => {
    const said = text(refusalLines({ kind: 'refused', reason, detail }, 'prod'))
    expect(said).toMatch(/^refused: \S.*\n {2}why {3}\S.*\n {2}next {2}\S/)
    expect(said).not.toContain('undefined')
    expect(said.split('\n')[2]).toMatch(/houston[ .]/)
  })
})

describe('faults', () => {
  it('show the line and a caret under the place', () => {
    const fault = { file: 'houston.yml', line: 2, column: 3, path: 'release', message: 'is unknown', write: 'path' }
    expect(text(faultLines([fault], 'a: 1\n\tb: \u202eevil\n'))).toBe(`houston.yml:2:3: release: is unknown
  2 |     b: \\u{202e}evil
           ^
  write: path`)
  })

  it('of the environment have no line', () => {
    expect(
      text(faultLines([{ file: 'variable X', line: 0, column: 0, path: '', message: 'is wrong' }], undefined)),
    ).toBe('variable X: is wrong')
  })
})

describe('hosts and logs', () => {
  it('show drift and say how many', () => {
    const lines = hostLines(
      [
        {
          name: 'a1',
          zone: 'a',
          health: 'healthy',
          release: 'r1',
          at: 0,
          reading: { kind: 'read', installed: 'r2' },
          drift: { kind: 'other-release', recorded: 'r1', found: 'r2' },
        },
        { name: 'a2', zone: 'a', reading: { kind: 'unreachable', signature: 'no\x1b[m answer' } },
      ],
      60_000,
    )
    expect(text(lines)).toBe(`a  a1  healthy  r1  60s ago  drift: runs r2, recorded is r1
a  a2  new      -            unreachable: no\\x1b[m answer

1 host with drift, 1 host unreachable`)
  })

  it('show what a host said, disarmed, line by line', () => {
    const log = { head: 'one\r\ntwo \x1b]8;;http://x\x07\n', tail: 'end\rover', cutBytes: 5 }
    expect(
      text(logLines({ host: 'a1', rollout: 'x', phase: 'failed', logs: [{ attempt: 1, log }] })),
    ).toBe(`a1  rollout x, failed
  one
  two \\x1b]8;;http://x\\x07
… 5 bytes are not kept …
  end\\x0dover`)
  })
})

describe('phrases', () => {
  it.each([
    [1, '1st'],
    [2, '2nd'],
    [3, '3rd'],
    [4, '4th'],
    [11, '11th'],
    [12, '12th'],
    [13, '13th'],
    [21, '21st'],
    [111, '111th'],
    [102, '102nd'],
  ])('%i is %s', (number, words) => expect(ordinal(number)).toBe(words))

  it.each([
    [0, '0s'],
    [89_400, '89s'],
    [90_000, '2m'],
    [3 * 3_600_000, '3h'],
    [48 * 3_600_000, '2d'],
  ])('%i ms are %s', (ms, words) => expect(duration(ms)).toBe(words))

  it('names few and counts the rest', () => {
    expect(listed({ count: 3, names: ['a', 'b', 'c'] })).toBe('a, b, c')
    expect(listed({ count: 900, names: ['a', 'b', 'c'] }, 2)).toBe('a, b and 898 more')
    expect(ago(0, 1_000)).toBe('now')
  })
})

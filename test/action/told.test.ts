// What people and workflows are told of a rollout: outputs, log, annotations and summary, with names and words that are not ours.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { annotationsOf } from '../../action/src/annotations.ts'
import { openNarrator } from '../../action/src/narrate.ts'
import { faultyOutcome, outputsOf, refusedOutcome, rolloutOutcome } from '../../action/src/outcome.ts'
import { openRunnerLog } from '../../action/src/runner-log.ts'
import { summaryOf } from '../../action/src/summary.ts'
import { refused } from '../../src/core/intent.ts'
import { reportPlan } from '../../src/core/report-plan.ts'
import { type RolloutPage, reportRolloutPage } from '../../src/core/report-rollout-page.ts'
import type { HostState, RolloutCursor } from '../../src/core/rollout.ts'
import { readMarkdown } from '../support/github-markdown.ts'
import { hostileText } from '../support/hostile-text.ts'
import { fleetOf, planOf } from '../support/plan-of.ts'
import { hearCommands } from '../support/runner-reads.ts'

const OK: HostState = { phase: 'succeeded', attempt: 1 }
const failed = (signature: string): HostState => ({ phase: 'failed', attempt: 1, step: 'start', signature })

function pageOf(hosts: readonly HostState[], cursor: Partial<RolloutCursor> = {}): RolloutPage {
  const plan = planOf({ fleet: fleetOf({ a: hosts.length }) })
  return reportRolloutPage({
    ...{ id: 'o1', requestedBy: { via: 'workflow', id: '7/1', name: 'ada' }, createdAt: 1, plan, hosts },
    cursor: { phase: 'running', stage: 0, forgiven: { fleet: 0, stage: 0, zones: [0] }, ...cursor },
  })
}

describe('rolloutOutcome', () => {
  it.each<[string, RolloutPage, { reason: string; message: string } | undefined, object]>([
    ['success', pageOf([OK], { phase: 'succeeded' }), undefined, { ok: true, state: 'succeeded', reason: '' }],
    [
      'a halt by its reason',
      pageOf([failed('x'), OK], { phase: 'halted', halt: { kind: 'fleet-budget', failed: 1, budget: 0, of: 2 } }),
      undefined,
      { ok: false, state: 'halted', reason: 'fleet-budget', failedHosts: ['a1'] },
    ],
    ['an end without success', pageOf([OK], { phase: 'superseded' }), undefined, { ok: false, reason: 'superseded' }],
    [
      'what cut it short, even when it succeeded in the end',
      pageOf([OK], { phase: 'succeeded' }),
      { reason: 'timeout', message: 'late' },
      { ok: false, state: 'succeeded', reason: 'timeout' },
    ],
  ])('tells %s', (_, page, cut, wanted) => {
    expect(rolloutOutcome(page, cut ? { cut } : {})).toMatchObject(wanted)
  })

  it('takes nothing to do for done', () => {
    const outcome = refusedOutcome(refused('nothing-to-do', { release: 'r2', hosts: 3 }), 'production')
    expect(outputsOf(outcome)).toMatchObject({
      state: 'succeeded',
      decision: 'unchanged',
      reason_code: '',
      release: 'r2',
    })
  })
})

describe('the narrator', () => {
  function narrate(pages: readonly RolloutPage[]): string {
    let all = ''
    const narrator = openNarrator(
      openRunnerLog((text) => (all += text)),
      () => 0,
    )
    for (const page of pages) narrator.look(page)
    narrator.end()
    return all
  }

  it('says what changed once, a failure at once, and folds the rest away by zone', () => {
    const [running, queued] = [{ ...OK, phase: 'running' } as const, { ...OK, phase: 'queued' } as const]
    const second = pageOf([failed('exit 1'), OK], { phase: 'halted' })
    const log = narrate([pageOf([running, queued]), pageOf([running, queued]), second, second])
    expect(log.match(/✗ a a1: failed \(start\): exit 1/g)).toHaveLength(1)
    expect(log.match(/00:00:00 a2: succeeded/g)).toHaveLength(1)
    expect(hearCommands(log).map(({ name }) => name)).toEqual(['group', 'endgroup'])
  })

  it('says what it waits for, and again when another approval is there', () => {
    const queued = { ...OK, phase: 'queued' } as const
    const rule = { required: 2, from: '', notAuthor: false }
    const waiting = (missing: number, given: string[]): RolloutPage => {
      const page = pageOf([queued], { phase: 'unapproved' })
      return { ...page, report: { ...page.report, approvals: { ...rule, missing, given } } }
    }
    const log = narrate([waiting(2, []), waiting(2, []), waiting(1, ['grace'])])
    expect(log.split('\n').filter((line) => line.startsWith('unapproved'))).toEqual([
      expect.stringContaining('2 of 2 approvals missing'),
      expect.stringContaining('given by grace'),
    ])
  })

  it('does not say each failure of a large fleet at once; all of them stand in the zone’s lines', () => {
    const log = narrate([pageOf(Array.from({ length: 200 }, () => failed('exit 1')))])
    expect(log.match(/✗ a a\d+: failed/g)).toHaveLength(50)
    expect(log.match(/00:00:00 a\d+: failed/g)).toHaveLength(200)
  })

  it('lets no host command the runner', () => {
    fc.assert(
      fc.property(hostileText, (signature) => {
        const log = narrate([pageOf([failed(signature), failed(`::${signature}`)])])
        expect(hearCommands(log).map(({ name }) => name)).toEqual(['group', 'endgroup'])
      }),
    )
  })
})

describe('annotations', () => {
  const told = (count: number, phase: 'halted' | 'succeeded' = 'halted') => {
    const page = pageOf(phase === 'succeeded' ? [OK] : Array.from({ length: count }, () => failed('exit 1')), { phase })
    return { outcome: rolloutOutcome(page, {}), reports: [page.report], tails: [] }
  }
  it.each([
    [1, 2],
    [9, 10],
    [10, 10],
    [5_000, 10],
  ])('of %i hosts are %i: the end, and each host that there is room for', (count, wanted) => {
    const notes = annotationsOf(told(count))
    expect(notes).toHaveLength(wanted)
    expect(notes.slice(0, 2).map(([title]) => title)).toEqual(['houston: halted', 'a1'])
    const shown = notes.filter(([title]) => /^a\d+$/.test(title)).length
    const rest = /^(\d+) hosts more/.exec(notes.at(-1)?.[1] ?? '')?.[1] ?? '0'
    expect(shown + Number(rest)).toBe(count)
  })

  it('are none when all is well', () => {
    expect(annotationsOf(told(1, 'succeeded'))).toEqual([])
  })
})

describe('the summary', () => {
  it('shows plan, zones and failures by what caused them, and a link', () => {
    const page = pageOf([failed('exit 1'), failed('exit 1'), OK], { phase: 'halted' })
    const outcome = rolloutOutcome(page, { url: 'https://houston.acme.dev/rollouts/o1' })
    const plan = reportPlan(planOf({ fleet: fleetOf({ a: 3 }) }))
    const markdown = summaryOf({ outcome, plan, reports: [page.report], tails: [{ host: 'a1', text: 'no' }] })
    expect(markdown).toContain('- **2 failed** at `start`: `exit 1` (`a1`, `a2`)')
    expect(markdown).toContain('| `a` | 1 | 0 | 0 | 2 | 0 |')
    expect(markdown).toContain('Plan: 3 of 3 hosts')
    expect(markdown).toContain('(https://houston.acme.dev/rollouts/o1)')
  })

  it('has nothing alive in it but our own words, whatever hosts, zones and refusals say', () => {
    const read = (text: string) => {
      const plan = planOf({ fleet: fleetOf({ [text]: 1 }) })
      const page = reportRolloutPage({
        ...{ id: 'o1', requestedBy: { via: 'workflow', id: '7/1', name: text }, createdAt: 1, plan },
        hosts: [failed(text)],
        cursor: { phase: 'halted', stage: 0, forgiven: { fleet: 0, stage: 0, zones: [0] } },
      })
      const tails = [{ host: text, text }]
      const fleet = { state: 'unwell', hosts: [{ name: text, zone: text, release: text, trouble: text }] }
      const told = { plan: reportPlan(plan), reports: [page.report], tails, fleet }
      const rollout = summaryOf({ ...told, outcome: rolloutOutcome(page, {}) })
      const refusal = summaryOf({ outcome: faultyOutcome('error', text), reports: [], tails: [] })
      return [...readMarkdown(rollout).alive, ...readMarkdown(refusal).alive]
    }
    const harmless = read('x')
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(read(text)).toEqual(harmless)
      }),
      { numRuns: 500 },
    )
  })

  it('links only to what a link can hold', () => {
    const outcome = rolloutOutcome(pageOf([OK]), { url: 'http://[::1]:8080/rollouts/o1' })
    expect(summaryOf({ outcome, reports: [], tails: [] })).not.toMatch(/undefined|\[The rollout/)
  })

  it('is no longer than GitHub takes for a fleet of 10,000 that fails in 10,000 ways', () => {
    const page = pageOf(Array.from({ length: 10_000 }, (_, index) => failed(`exit ${index} ${'x'.repeat(100)}`)))
    const outcome = rolloutOutcome(page, {})
    expect(summaryOf({ outcome, reports: [page.report], tails: [] }).length).toBeLessThan(250_000)
  })
})

// When a step has seen enough: never while a host is at work, and never while a person may still go on.

import { expect, it } from 'vitest'
import { isAtRest } from '../../action/src/at-rest.ts'
import { reportRolloutPage } from '../../src/core/report-rollout-page.ts'
import type { HostState, RolloutPhase } from '../../src/core/rollout.ts'
import { fleetOf, planOf } from '../support/plan-of.ts'

it.each<[RolloutPhase, HostState['phase'], boolean]>([
  ['unapproved', 'queued', false],
  ['running', 'running', false],
  ['waiting', 'succeeded', false],
  ['halting', 'running', false],
  ['halted', 'running', false],
  ['halted', 'failed', true],
  ['succeeded', 'succeeded', true],
  ['superseded', 'unknown', true],
])('%s, a host %s: %s', (phase, host, wanted) => {
  const page = reportRolloutPage({
    ...{ id: 'o1', requestedBy: { via: 'workflow', id: '7/1', name: 'ada' }, createdAt: 1 },
    ...{ plan: planOf({ fleet: fleetOf({ a: 1 }) }), hosts: [{ phase: host, attempt: 1 }] },
    cursor: { phase, stage: 0, forgiven: { fleet: 0, stage: 0, zones: [0] } },
  })
  expect(isAtRest(page)).toBe(wanted)
})

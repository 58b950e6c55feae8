// How a step ends, as data: what becomes of it for the workflow (outputs, exit code) and for people (one sentence). Pure.

import { refusalWords } from '../../src/apps/words/refusal.ts'
import { haltWords } from '../../src/core/explain-halt.ts'
import type { Refusal } from '../../src/core/intent.ts'
import { hosts } from '../../src/core/phrases.ts'
import { unwellOf } from '../../src/core/project-headline.ts'
import type { RolloutReport } from '../../src/core/report.ts'
import type { PlanReport } from '../../src/core/report-plan.ts'
import type { RolloutPage } from '../../src/core/report-rollout-page.ts'
import type { Outputs } from './contract.ts'
import type { FleetLook } from './way.ts'

/**
 * `state`: the rollout's phase, or what there is instead of one. `decision`: what the step did with what was asked.
 * `reason`: a stable code of why it did not succeed; empty when it did.
 */
export type Outcome = {
  ok: boolean
  state: string
  decision: 'started' | 'planned' | 'unchanged' | 'refused' | 'looked'
  reason: string
  message: string
  rollout?: string
  release?: string
  failedHosts: readonly string[]
  url?: string
}

export function outputsOf(outcome: Outcome): Outputs {
  const { state, decision, reason, rollout = '', release = '', failedHosts, url = '' } = outcome
  return {
    ...{ rollout_id: rollout, state, decision, reason_code: reason, release },
    ...{ failed_hosts: JSON.stringify(failedHosts), url },
  }
}

/** An environment that runs the release already is as it was asked for. */
export function refusedOutcome(refusal: Refusal, environment: string): Outcome {
  const { what, why } = refusalWords(refusal, environment, (command) => `houston ${command}`)
  if (refusal.reason === 'nothing-to-do') {
    const release = String(refusal.detail.release)
    return { ok: true, state: 'succeeded', decision: 'unchanged', reason: '', message: what, release, failedHosts: [] }
  }
  return faultyOutcome(refusal.reason, `${what} ${why}`)
}

/** Nothing was begun. */
export function faultyOutcome(reason: string, message: string): Outcome {
  return { ok: false, state: 'refused', decision: 'refused', reason, message, failedHosts: [] }
}

export function cancelledOutcome(): Outcome {
  return faultyOutcome('cancelled', 'The job was cancelled before anything was begun')
}

/** It was begun, or may have been, and nobody saw what became of it. */
export function unseenOutcome(
  { reason, message } = { reason: 'no-answer', message: 'The rollout was begun and could not be looked at' },
): Outcome {
  return { ...faultyOutcome(reason, message), state: 'unknown', decision: 'started' }
}

export function plannedOutcome({ release, fleet, environment }: PlanReport): Outcome {
  const message = `Planned: ${release} on ${hosts(fleet.planned)} of ${environment}. Nothing was touched.`
  return { ok: true, state: 'planned', decision: 'planned', reason: '', message, release, failedHosts: [] }
}

export function lookedOutcome({ state, release, rollout, url, hosts: all }: FleetLook): Outcome {
  const failedHosts = all.filter(({ trouble }) => trouble !== undefined).map(({ name }) => name)
  const message = `${state}: ${hosts(all.length)}, ${failedHosts.length} not well`
  const known = { ...(release !== undefined && { release }), ...(rollout !== undefined && { rollout }) }
  const more = { ...known, ...(url !== undefined && { url }), failedHosts }
  return { ok: true, state, decision: 'looked', reason: '', message, ...more }
}

/** `cut`: why the step ended before the rollout did, a stable code; its words. */
export function rolloutOutcome(
  page: RolloutPage,
  { url, cut }: { url?: string; cut?: { reason: string; message: string } },
): Outcome {
  const { report } = page
  return {
    ok: cut === undefined && report.phase === 'succeeded',
    ...{ state: report.phase, decision: 'started', rollout: report.rollout, release: report.release },
    reason: cut?.reason ?? reasonOf(report),
    message: [sentence(report), ...(cut ? [cut.message] : [])].join('. '),
    failedHosts: page.hosts.filter(([, , phase]) => UNWELL.has(phase)).map(([name]) => name),
    ...(url !== undefined && { url }),
  }
}

const UNWELL: ReadonlySet<string> = new Set(['failed', 'unreachable', 'unknown'])

function reasonOf({ phase, halt }: RolloutReport): string {
  if (phase === 'succeeded') return ''
  return phase === 'halted' && halt ? halt.kind : phase
}

function sentence(report: RolloutReport): string {
  const { kind, release, environment, phase, hosts: count, halt } = report
  const unwell = unwellOf(count) > 0 ? `, ${unwellOf(count)} not well` : ''
  const why = halt && (phase === 'halted' || phase === 'halting') ? ` (${haltWords(halt)})` : ''
  return `${kind} of ${release} to ${environment} ${phase}: ${count.succeeded} of ${hosts(count.planned)} done${unwell}${why}`
}

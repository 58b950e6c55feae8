// A rollout in a sentence and a table of its zones, as GitHub's Markdown. Words of this surface only; no lists of hosts.

import { approvalWords } from './approval.ts'
import { codeSpan } from './escape-markdown.ts'
import type { RolloutReport } from './report.ts'
import type { Count } from './report-hosts.ts'
import type { RolloutPhase } from './rollout.ts'

/** Plain text: what a check run shows beside its name. */
export function progress(phase: RolloutPhase, hosts: Count): string {
  const unwell = unwellOf(hosts)
  const stands = phase === 'unapproved' ? 'waits for approval' : phase
  return `${stands}: ${hosts.succeeded} of ${hosts.planned} done${unwell > 0 ? `, ${unwell} not well` : ''}`
}

export function headline(report: RolloutReport): string {
  const { kind, application, release, environment, phase, hosts, requestedBy, reason } = report
  const what = `${kind === 'deploy' ? 'Deploy' : 'Roll back'} ${codeSpan(application)} ${codeSpan(release)}`
  const why = reason === undefined ? '' : `, because ${codeSpan(reason)}`
  return `${GLYPHS[phase]} **${what} to ${codeSpan(environment)}**: ${progress(phase, hosts)}. Asked for by ${codeSpan(requestedBy)}${why}.`
}

/** What it waits for before it begins, and who approved it; names of people and teams are in it. */
export function waitWords({ phase, approvals }: RolloutReport): string {
  if (!approvals) return ''
  if (phase === 'unapproved') return `Nothing has begun: ${codeSpan(approvalWords(approvals))}.`
  return approvals.given.length > 0 ? `Approved by ${approvals.given.map((name) => codeSpan(name)).join(', ')}.` : ''
}

export function zoneTable({ zones }: RolloutReport): string {
  const rows = zones.map(({ name, hosts, budget }) => {
    const numbers = [hosts.succeeded, hosts.running, hosts.queued, unwellOf(hosts), hosts.skipped]
    const halts = budget ? `${budget.failed} of ${budget.haltsAt}` : '–'
    return `| ${codeSpan(name)} | ${numbers.join(' | ')} | ${halts} |`
  })
  return [
    '| zone | done | running | waiting | not well | skipped | halts at |',
    `|${' --- |'.repeat(7)}`,
    ...rows,
  ].join('\n')
}

export function unwellOf({ failed, unreachable, unknown }: Count): number {
  return failed + unreachable + unknown
}

const GLYPHS: Readonly<Record<RolloutPhase, string>> = {
  unapproved: '🔒',
  gated: '⏳',
  running: '🚀',
  baking: '⏱️',
  waiting: '✋',
  halting: '⛔',
  halted: '⛔',
  succeeded: '✅',
  failed: '❌',
  aborted: '🛑',
  superseded: '⏭️',
}

// What a rollout is doing, in Slack's words: titles, states, counts. Markup only where the name says so.

import type { ApprovalFacts } from '../../core/approval.ts'
import { haltWords } from '../../core/explain-halt.ts'
import { duration, hosts, many } from '../../core/phrases.ts'
import type { ChatRollout, ChatTitle } from '../../core/project-chat.ts'
import { STEPS } from '../../core/recipe.ts'
import type { Count } from '../../core/report-hosts.ts'
import type { RolloutPhase } from '../../core/rollout.ts'
import { code, plain } from './escape.ts'

/** `Deploy storefront c0ffee123456 → production`. Plain text. */
export function nameOf({ kind, application, release, environment }: ChatTitle): string {
  const [app, env] = [plain(application, 30), plain(environment, 30)]
  if (kind === 'rollback') return `Roll back ${app} ${env} to ${shortRelease(release)}`
  return `Deploy ${app} ${shortRelease(release)} → ${env}`
}

/** A commit's SHA in twelve digits, as everybody reads it. Plain text. */
export function shortRelease(release: string): string {
  return /^[0-9a-f]{40}$/.test(release) ? release.slice(0, 12) : plain(release, 40)
}

export const PHASES: Readonly<Record<RolloutPhase, { glyph: string; words: string }>> = {
  unapproved: { glyph: '🔒', words: 'waiting for approval' },
  gated: { glyph: '⏳', words: 'about to start' },
  running: { glyph: '🚀', words: 'running' },
  baking: { glyph: '⏱️', words: 'baking' },
  waiting: { glyph: '✋', words: 'waiting for a person' },
  halting: { glyph: '⛔', words: 'halting' },
  halted: { glyph: '⛔', words: 'halted' },
  succeeded: { glyph: '✅', words: 'done' },
  failed: { glyph: '❌', words: 'ended with failures' },
  aborted: { glyph: '🛑', words: 'aborted' },
  superseded: { glyph: '⏭️', words: 'replaced by a newer rollout' },
}

/** `12 of 120 hosts done · 2 not well · 4 at work`. Plain text. */
export function progressOf({ succeeded, planned, running, skipped, ...rest }: Count): string {
  const unwell = unwellOf(rest)
  return [
    `${succeeded} of ${hosts(planned)} done`,
    ...(unwell > 0 ? [`${unwell} not well`] : []),
    ...(running > 0 ? [`${running} at work`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ].join(' · ')
}

export function unwellOf({ failed, unreachable, unknown }: Pick<Count, 'failed' | 'unreachable' | 'unknown'>): number {
  return failed + unreachable + unknown
}

/** Why it stands still. Plain text: names of zones and people are in it. */
export function whyHalted({ halt }: Pick<ChatRollout, 'halt'>): string {
  return halt ? `${haltWords(halt)}.` : 'halted.'
}

/** What it does now and what it waits for. Markup. */
export function stateWords(rollout: ChatRollout): string {
  const { phase, hosts: count, stage, approvals } = rollout
  const name = code(stage?.name ?? 'the first stage')
  switch (phase) {
    case 'unapproved':
      return approvals ? approvalMarkup(approvals) : 'Nothing has begun.'
    case 'gated':
      return `About to start: ${hosts(count.planned)} in ${many(stage?.of ?? 1, 'stage')}.`
    case 'running':
      return `Stage ${stage?.number} of ${stage?.of}: ${name}${atWork(rollout)}${eta(rollout)}.`
    case 'baking':
      return `${name} is done and is watched${until(rollout.bakeUntil)} before ${nextWords(rollout)}${rollout.nextStage ? ' begins' : ''}.`
    case 'waiting':
      return `${name} is done. *Continue* begins ${nextWords(rollout)}.`
    case 'halting':
      return `No further host is begun; ${hosts(count.running)} at work finish${count.running === 1 ? 'es' : ''} first.`
    case 'halted':
      return `No further host is touched: ${hosts(count.queued)} not begun. It waits for a person.`
    default:
      return endWords(rollout)
  }
}

/** What an unapproved rollout waits for. Markup. */
export function approvalMarkup({ required, missing, given, from, notAuthor }: ApprovalFacts): string {
  const what = required === 1 ? 'an approval' : `${missing} of ${required} approvals`
  const needs = from === '' ? '' : `needs ${code(from)}; `
  const terms = `${needs}not by who asked for it${notAuthor ? ' or wrote it' : ''}`
  const names = given.length > 0 ? ` ${approvedMarkup(given)}.` : ''
  return `Nothing has begun. It waits for *${what}* (${terms}).${names}`
}

/** Who said yes to it. Markup. */
export function approvedMarkup(given: ApprovalFacts['given']): string {
  return `Approved by ${given.map((name) => code(name, 40)).join(', ')}`
}

function endWords({ hosts: count, createdAt, finishedAt, phase }: ChatRollout): string {
  const took = finishedAt === undefined ? '' : ` Took ${duration(finishedAt - createdAt)}.`
  const rest = [
    ...(unwellOf(count) > 0 ? [`${unwellOf(count)} not well`] : []),
    ...(count.queued > 0 ? [`${count.queued} never begun`] : []),
    ...(count.skipped > 0 ? [`${count.skipped} skipped by a person`] : []),
  ]
  const all = phase === 'succeeded' && rest.length === 0
  const every = count.planned === 1 ? 'Its one host runs it' : `All ${hosts(count.planned)} run it`
  const done = all ? every : `${count.succeeded} of ${hosts(count.planned)} run it`
  return `${[done, ...rest].join(', ')}.${took}`
}

function atWork({ hosts: { running }, atWork: steps }: ChatRollout): string {
  if (running === 0) return ''
  const at = STEPS.flatMap((step) => (steps[step] === undefined ? [] : [`${steps[step]} at ${step}`]))
  return at.length === 0 ? `, ${running} at work` : `, ${running} at work (${at.join(', ')})`
}

function eta({ etaMs }: ChatRollout): string {
  return etaMs === undefined ? '' : `, about ${duration(etaMs)} left`
}

function nextWords({ nextStage }: ChatRollout): string {
  return nextStage ? `${code(nextStage.name)} (${hosts(nextStage.hosts)})` : 'the end'
}

/** In the reader's own time zone. */
function until(at: number | undefined): string {
  return at === undefined ? '' : ` until ${timeOf(at)}`
}

/** Markup that Slack shows in the reader's own time zone. */
export function timeOf(at: number): string {
  const [day, time] = new Date(at).toISOString().split('T')
  return `<!date^${Math.floor(at / 1_000)}^{date_short_pretty} {time}|${day} ${time?.slice(0, 5)} UTC>`
}

// What a person can do with a rollout, as buttons that first say exactly what will happen. Each is a form that posts, folded away:
// no script is needed to ask, to read and to confirm.

import { hosts } from '../../core/phrases.ts'
import type { RolloutReport } from '../../core/report.ts'
import type { NextStep } from '../../core/report-next.ts'
import { hasEnded } from '../../core/rollout.ts'
import { html, type View } from './html.ts'

export type RolloutVerb = Exclude<NextStep, 'watch' | 'log'>

/**
 * `intent`: names the act, so that a form that is sent twice acts once. `goodReleases`: where a rollback may go instead. `newer`: the
 * rollout that came after this one; acts on this one are refused then. `approver`: whether this person's approval counts; else why not.
 */
export type ActsOf = {
  mayAct: boolean
  approver?: { may: boolean; why?: string }
  intent: string
  goodReleases: readonly string[]
  newer?: string
}

const LABELS: Readonly<Record<RolloutVerb, string>> = {
  approve: 'Approve',
  halt: 'Halt',
  continue: 'Continue',
  rollback: 'Roll back',
  retry: 'Retry failed',
  resume: 'Resume',
  abort: 'Abort',
}

export function actForms(report: RolloutReport, acts: ActsOf): View {
  const all = report.next.filter((step) => step !== 'watch' && step !== 'log')
  if (acts.newer !== undefined)
    return html`<p class="quiet">It is not the newest any more: <a href=${`/rollouts/${encodeURIComponent(acts.newer)}`}>what came after it</a> is what can be acted on.</p>`
  if (all.length === 0) return null
  const verbs = all.filter((verb) => (verb === 'approve' ? acts.approver?.may : acts.mayAct))
  const why = all.includes('approve') ? acts.approver?.why : undefined
  if (verbs.length === 0)
    return html`<p class="quiet">You may look at ${report.environment}, not act on it. ${why ?? ''}</p>`
  return html`<div class="acts" role="group" aria-label="What you can do">${verbs.map((verb) => form(report, verb, acts))}</div>
    ${why === undefined ? null : html`<p class="quiet">Your approval does not count: ${why}</p>`}`
}

function form(report: RolloutReport, verb: RolloutVerb, { intent, goodReleases }: ActsOf): View {
  const label = LABELS[verb]
  const danger = verb === 'rollback' || verb === 'abort' || verb === 'halt' ? 'act danger' : 'act'
  return html`<details class=${danger} name="act" key=${verb}>
    <summary>${label}…</summary>
    <form method="post" action=${environmentPath(report, 'act')}>
      <p>${consequence(report, verb)}</p>
      ${verb === 'rollback' ? rollbackFields(report, goodReleases) : null}
      <input type="hidden" name="verb" value=${verb} />
      <input type="hidden" name="rollout" value=${report.rollout} />
      ${GOES_ON.has(verb) ? html`<input type="hidden" name="mark" value=${report.mark} />` : null}
      <input type="hidden" name="intent" value=${`${intent}-${verb}`} />
      <button>${label} ${report.environment}</button>
    </form>
  </details>`
}

/** From where it was seen: whoever presses second has not seen what happened since. */
const GOES_ON: ReadonlySet<RolloutVerb> = new Set(['continue', 'resume', 'retry'])

function rollbackFields({ release }: RolloutReport, goodReleases: readonly string[]): View {
  const others = goodReleases.filter((each) => each !== release)
  return html`<p class="fields"><label>To <select name="to">
      <option value="">the last good release</option>
      ${others.map((each) => html`<option value=${each}>${each}</option>`)}
    </select></label>
    <label>Reason <input name="reason" maxlength="200" autocomplete="off" /></label></p>`
}

/** What will happen, in numbers where there are some. */
function consequence({ hosts: count, stage, environment, release, phase }: RolloutReport, verb: RolloutVerb): string {
  const unwell = count.failed + count.unreachable + count.unknown
  const touched = count.planned - count.queued - count.skipped
  switch (verb) {
    case 'approve':
      return `Says that ${release} may go to ${environment} by this plan, under your name. With the last approval it begins at once: ${hosts(count.planned)}.`
    case 'halt':
      return `No further host is begun. What is at work finishes (${hosts(count.running)}); ${count.queued} stay untouched. You can resume or roll back afterwards.`
    case 'continue':
      return `Ends the wait after ${stage?.name ?? 'this stage'}: the next stage begins at once. Still to do: ${hosts(count.queued)}.`
    case 'rollback':
      return `${hasEnded(phase) ? 'Takes' : 'Ends this rollout at once and takes'} the hosts it touched (${touched}) back to the release that was good there: failed ones first. Hosts never touched stay as they are. Automatic deploys to ${environment} are held until somebody unlocks it.`
    case 'retry':
      return `Runs ${hosts(unwell)} that failed and ${count.queued} never begun. What is done (${count.succeeded}) is not touched again.`
    case 'resume':
      return `Goes on with the ${hosts(count.queued)} not yet begun.${setAside(unwell)}`
    case 'abort':
      return `Ends the rollout as it stands: ${release} stays on ${hosts(count.succeeded)}, ${count.queued} are never begun. Nothing is taken back.`
    default:
      return verb satisfies never
  }
}

function setAside(unwell: number): string {
  if (unwell === 0) return ''
  return ` ${unwell === 1 ? 'The failure so far is' : `The ${unwell} failures so far are`} set aside: budgets count from here.`
}

/** A path of an environment's pages. */
export function environmentPath(of: { application: string; environment: string }, page = ''): string {
  const base = `/environments/${encodeURIComponent(of.application)}/${encodeURIComponent(of.environment)}`
  return page === '' ? base : `${base}/${page}`
}

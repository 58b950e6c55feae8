// To start a deploy: first what is asked for, then the plan as it would be carried out, then the button. What is confirmed is the
// plan that was shown, by its digest.

import type { Target } from '../../core/command.ts'
import { reportPlan } from '../../core/report-plan.ts'
import type { Asker, DeployAct } from '../../engine/ports-desk.ts'
import { environmentPath } from '../view/act-forms.ts'
import { html, type View } from '../view/html.ts'
import { lockBadges } from '../view/lock-badges.ts'
import { missingPage, refusalPage } from './missing-page.ts'
import { planView } from './plan-view.ts'
import { type Body, targetOf, type Visit } from './visit.ts'

type Wanted = { ref: string; all: boolean; backwards: boolean; reason: string }

export async function deployPage(visit: Visit): Promise<Body> {
  const target = await targetOf(visit)
  if (!target) return missingPage()
  const { deps, context, person } = visit
  const query = context.req.query()
  const wanted: Wanted = {
    ref: (query.ref ?? '').trim(),
    all: query.all === 'yes',
    backwards: query.backwards === 'yes',
    reason: query.reason ?? '',
  }
  const { locks } = await deps.store.locks(target)
  const head = html`<p class="crumbs"><a href="/">Environments</a> / <a href=${environmentPath(target)}>${target.application} ${target.environment}</a></p>
    <h1>Deploy to ${target.environment}</h1>
    ${locks.lock ? lockBadges(locks, deps.now()) : null}`
  const title = `Deploy to ${target.environment}`
  if (query.plan === undefined) return { title, view: html`${head}${await wishForm(visit, target, wanted)}` }
  const asker: Asker = { person, intent: deps.newIntent(), at: deps.now() }
  const act = deployAct(wanted)
  const plan = await deps.desk.plan(asker, { ...act, target })
  const back = `${environmentPath(target, 'deploy')}?${new URLSearchParams(fieldsOf(wanted))}`
  if (plan.kind === 'refused') return refusalPage(deps, plan, { environment: target.environment, back })
  return {
    title,
    view: html`${head}<p>This is what will happen. Nothing has begun yet.</p>
      ${confirmForm(target, { wanted, digest: plan.digest, intent: asker.intent, back })}
      <section class="plan" aria-label="The plan">${planView(reportPlan(plan))}</section>`,
  }
}

export function deployAct({ ref, all, backwards, reason }: Wanted): DeployAct {
  return { verb: 'deploy', all, backwards, ...(ref !== '' && { ref }), ...(reason !== '' && { reason }) }
}

async function wishForm(
  { deps, person }: Visit,
  target: Target,
  { ref, reason, all, backwards }: Wanted,
): Promise<View> {
  const refs = await deps.desk.refs(person, target, ref).catch(() => [])
  return html`<form method="get" class="stack">
    <label>Release <input name="ref" list="refs" value=${ref} maxlength="200" autocomplete="off" autofocus />
      <span class="hint">A branch, tag or commit. Empty: the head of the default branch, or what the project brings.</span></label>
    <datalist id="refs">${refs.map((each) => html`<option value=${each.ref}>${each.kind}</option>`)}</datalist>
    <label>Reason <input name="reason" value=${reason} maxlength="200" autocomplete="off" /></label>
    <label class="check"><input type="checkbox" name="all" value="yes" checked=${all} /> also hosts that run it already</label>
    <label class="check"><input type="checkbox" name="backwards" value="yes" checked=${backwards} /> also when it does not contain what runs there</label>
    <p><button class="primary" name="plan" value="yes">Show the plan</button></p>
  </form>`
}

/** As the form has them, so that whoever changes one thing keeps the others. */
function fieldsOf({ ref, reason, all, backwards }: Wanted): Record<string, string> {
  return { ref, reason, all: all ? 'yes' : '', backwards: backwards ? 'yes' : '' }
}

type Confirmed = { wanted: Wanted; digest: string; intent: string; back: string }

function confirmForm(target: Target, { wanted, digest, intent, back }: Confirmed): View {
  const fields = { verb: 'deploy', ...fieldsOf(wanted), approvedDigest: digest, intent }
  return html`<form method="post" action=${environmentPath(target, 'act')} class="fields">
    ${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name=${name} value=${value} />`)}
    <button class="primary">Deploy to ${target.environment}</button> <a class="button" href=${back}>Change</a></form>`
}

// One environment: what runs there now, what can be done, and its latest rollouts.

import { readEnvironment } from '../live/read-environment.ts'
import { environmentPath } from '../view/act-forms.ts'
import { healthView, latestView, runningView } from '../view/environment-row.ts'
import { html, type View } from '../view/html.ts'
import { lockBadges } from '../view/lock-badges.ts'
import { age } from '../view/time.ts'
import { rolloutTable } from './history-page.ts'
import { lockForms } from './lock-view.ts'
import { missingPage } from './missing-page.ts'
import { type Body, mayAct, targetOf, type Visit } from './visit.ts'

const LATEST = 8

export async function environmentPage(visit: Visit): Promise<Body> {
  const target = await targetOf(visit)
  if (!target) return missingPage()
  const { store, now, newIntent } = visit.deps
  const [row, rollouts, may] = await Promise.all([
    readEnvironment(store, target),
    store.rollouts({ ...target, limit: LATEST }),
    mayAct(visit, target),
  ])
  const { releases: runs, latest, locks } = row
  const view = html`<p class="crumbs"><a href="/">Environments</a> / ${target.application}</p>
    <h1>${target.application} <strong>${target.environment}</strong></h1>
    <dl class="facts">
      <dt>Runs</dt><dd>${runningView(runs)} ${runs[0] ? html`<span class="quiet">since ${age(runs[0].since, now())}</span>` : null}</dd>
      <dt>Hosts</dt><dd>${healthView(row)} ${row.hosts > 0 ? html`<a href=${environmentPath(target, 'hosts')}>all hosts</a>` : null}</dd>
      <dt>Last rollout</dt><dd>${latest ? latestView(latest, now()) : 'none yet'}</dd>
      <dt>Lock</dt><dd>${lockBadges(locks, now())}</dd>
    </dl>
    ${may ? html`<div class="acts"><a class="button primary" href=${environmentPath(target, 'deploy')}>Deploy…</a>${rollbackForm(target, newIntent())}${lockForms(target, locks, newIntent())}</div>` : html`<p class="quiet">You may look here, not act.</p>`}
    <h2>Latest rollouts</h2>
    ${rolloutTable(rollouts, now())}
    <p><a href=${environmentPath(target, 'history')}>History, and what ran at any moment</a></p>`
  return { title: `${target.application} ${target.environment}`, view }
}

function rollbackForm(target: { application: string; environment: string }, intent: string): View {
  return html`<details class="act danger" name="act"><summary>Roll back…</summary><form method="post" action=${environmentPath(target, 'act')}>
    <p>Takes the hosts that the last rollout touched back to the release that was good there, and holds automatic deploys until somebody unlocks. A running rollout is ended at once.</p>
    <p class="fields"><label>To <input name="to" maxlength="100" placeholder="the last good release" autocomplete="off" /></label>
      <label>Reason <input name="reason" maxlength="200" autocomplete="off" /></label></p>
    <input type="hidden" name="verb" value="rollback" /><input type="hidden" name="intent" value=${`${intent}-rollback`} />
    <button>Roll back ${target.environment}</button></form></details>`
}

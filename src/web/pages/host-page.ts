// A host: in one rollout (its steps, and what it said), and in its environment (what it ran, and when). The island shows the
// first as a drawer, of this same page.

import { duration } from '../../core/phrases.ts'
import { type ScriptedStep, STEPS, type Step } from '../../core/recipe.ts'
import { type HostState, hasEnded } from '../../core/rollout.ts'
import type { HostLog, RolloutRecord } from '../../engine/ports.ts'
import { environmentPath } from '../view/act-forms.ts'
import { html, type View } from '../view/html.ts'
import { age, clockTime, moment } from '../view/time.ts'
import { badge, causeWords, HOST_SIGNS } from '../view/words.ts'
import { missingPage } from './missing-page.ts'
import { recordOf } from './rollout-page.ts'
import { type Body, mayAct, targetOf, type Visit } from './visit.ts'

/** `/rollouts/:rollout/hosts/:host` */
export async function rolloutHostPage(visit: Visit): Promise<Body> {
  const record = await recordOf(visit)
  const name = visit.context.req.param('host') ?? ''
  const index = record?.plan.hosts.findIndex(({ host }) => host.name === name) ?? -1
  if (!record || index < 0) return missingPage()
  const { store, newIntent } = visit.deps
  const [state, logs, may] = [
    (await store.hosts(record.id))[index],
    await store.log(record.id, index),
    await mayAct(visit, record),
  ]
  if (!state) return missingPage()
  const planned = record.plan.hosts[index]
  const view = html`<p class="crumbs"><a href=${environmentPath(record)}>${record.application} ${record.environment}</a> / <a href=${`/rollouts/${record.id}`}>${record.kind} ${record.releaseId}</a></p>
    <article id="host">
      <h1>${name}</h1>
      <p>${badge(HOST_SIGNS[state.phase])} <span class="quiet">zone ${record.plan.zones[planned?.zone ?? 0]?.name ?? ''} · attempt ${state.attempt} · ${planned?.host.user}@${planned?.host.address}:${planned?.host.port}</span></p>
      ${state.signature === undefined ? null : html`<p class="refusal"><code>${causeOf(state)}</code></p>`}
      ${stepList(record, state)}
      ${timesOf(state)}
      <h2>What it said</h2>${logView(logs, state)}
      ${may && canSkip(record, state) ? skipForm(record, name, newIntent()) : null}
      <p><a href=${`${environmentPath(record, 'hosts')}/${encodeURIComponent(name)}`}>What this host ran before</a></p>
    </article>`
  return { title: `${name} · ${record.environment}`, view }
}

function causeOf({ phase, step, signature = '' }: HostState): string {
  const unwell = phase === 'unreachable' || phase === 'unknown' ? phase : 'failed'
  return causeWords({ phase: unwell, signature, ...(step !== undefined && { step }) })
}

/** Only the steps that this recipe has. `switch` is always there. */
function stepList({ plan }: RolloutRecord, { phase, step }: HostState): View {
  const { recipe, release } = plan.work
  const has = (each: Step) => {
    if (each === 'switch' || each === 'cleanup') return true
    if (each === 'validate') return recipe.validate !== undefined
    return (
      recipe.scripts[each satisfies ScriptedStep] !== undefined ||
      (each === 'fetch' && release.artefact.kind !== 'none')
    )
  }
  const at = step === undefined ? -1 : STEPS.indexOf(step)
  const items = STEPS.filter(has).map((each) => {
    const index = STEPS.indexOf(each)
    if (phase === 'succeeded' || index < at) return html`<li class="ok">✓ ${each}</li>`
    if (index > at) return html`<li class="quiet">· ${each}</li>`
    return phase === 'running'
      ? html`<li class="run" aria-current="step">▶ ${each}</li>`
      : html`<li class="bad">✕ ${each}</li>`
  })
  return html`<ol class="steps" aria-label="Steps">${items}</ol>`
}

function timesOf({ startedAt, finishedAt }: HostState): View {
  if (startedAt === undefined) return html`<p class="quiet">Not begun.</p>`
  if (finishedAt === undefined) return html`<p class="quiet">Began at ${clockTime(startedAt)} UTC.</p>`
  return html`<p class="quiet">${clockTime(startedAt)} to ${clockTime(finishedAt)} UTC, ${duration(finishedAt - startedAt)}.</p>`
}

function logView(logs: readonly { attempt: number; log: HostLog }[], { phase }: HostState): View {
  if (logs.length === 0)
    return html`<p class="quiet">${phase === 'running' ? 'Its output arrives when its run ends.' : 'Nothing.'}</p>`
  return logs.toReversed().map(({ attempt, log }) => {
    const cut = log.cutBytes > 0 ? `\n… ${log.cutBytes} bytes are not kept …\n` : ''
    const said = `${log.head}${cut}${log.tail}`.replaceAll('\r\n', '\n')
    return html`<section>${logs.length > 1 ? html`<h3>Attempt ${attempt}</h3>` : null}<pre class="log" tabindex="0" role="region" aria-label=${`Output of attempt ${attempt}`}>${said === '' ? '(no output)' : said}</pre></section>`
  })
}

/** Otherwise it would be refused: an ended rollout moves nothing, and a host at work is not left alone. */
function canSkip({ cursor }: RolloutRecord, { phase }: HostState): boolean {
  return !hasEnded(cursor.phase) && phase !== 'running' && phase !== 'succeeded' && phase !== 'skipped'
}

function skipForm({ id, application, environment }: RolloutRecord, host: string, intent: string): View {
  return html`<details class="act danger"><summary>Skip this host…</summary><form method="post" action=${environmentPath({ application, environment }, 'act')}>
    <p>Takes ${host} out of this rollout: it is not touched any more and spends no budget. The record says who did it.</p>
    <input type="hidden" name="verb" value="skip" /><input type="hidden" name="host" value=${host} />
    <input type="hidden" name="rollout" value=${id} /><input type="hidden" name="intent" value=${`${intent}-skip`} />
    <button>Skip ${host}</button></form></details>`
}

/** Of a host, on its page. */
const MOST_RAN = 100

/** `/environments/:application/:environment/hosts/:host` */
export async function hostPage(visit: Visit): Promise<Body> {
  const target = await targetOf(visit)
  const name = visit.context.req.param('host') ?? ''
  if (!target) return missingPage()
  const { store, now } = visit.deps
  const { application, environment } = target
  const [record, ran] = [
    (await store.records(application, environment)).find((each) => each.name === name),
    await store.ran({ application, environment, name, limit: MOST_RAN }),
  ]
  if (!record && ran.length === 0) return missingPage()
  const rows = ran.map(
    ({ release, from, to, rollout }) => html`<tr><th scope="row"><code>${release}</code></th>
    <td>${moment(from)}</td><td>${to === undefined ? 'now' : moment(to)}</td><td>${duration((to ?? now()) - from)}</td><td><a href=${`/rollouts/${rollout}/hosts/${encodeURIComponent(name)}`}>its run</a></td></tr>`,
  )
  const view = html`<p class="crumbs"><a href=${environmentPath(target)}>${application} ${environment}</a> / <a href=${environmentPath(target, 'hosts')}>hosts</a></p>
    <h1>${name}</h1>
    ${record ? html`<p>Zone ${record.zone}. ${record.health === 'healthy' ? 'Well' : record.health} since ${age(record.at, now())}. <a href=${`/rollouts/${record.rollout}/hosts/${encodeURIComponent(name)}`}>Its last run, with the log</a></p>` : null}
    <h2>What it ran</h2>
    ${rows.length === 0 ? html`<p class="quiet">Nothing yet.</p>` : html`<div class="scroll"><table><thead><tr><th scope="col">release</th><th scope="col">from</th><th scope="col">to</th><th scope="col">for</th><th scope="col">rollout</th></tr></thead><tbody>${rows}</tbody></table></div>`}
    ${rows.length === MOST_RAN ? html`<p class="hint">The newest ${MOST_RAN}.</p>` : null}`
  return { title: `${name} · ${environment}`, view }
}

// What is recorded of everything: where a release runs or ran, every environment's locks, and who asked for what.

import type { AuditEntry, AuditFact } from '../../core/audit.ts'
import type { Target } from '../../core/command.ts'
import { formatDuration } from '../../core/duration.ts'
import { hosts, listed } from '../../core/phrases.ts'
import { type Whereabouts, whereabouts } from '../../core/report-past.ts'
import { MOST, visiblePage } from '../api/page.ts'
import { environmentPath } from '../view/act-forms.ts'
import { html, type View } from '../view/html.ts'
import { lockBadges } from '../view/lock-badges.ts'
import { age, moment } from '../view/time.ts'
import { lockForms } from './lock-view.ts'
import { type Body, mayAct, type Visit } from './visit.ts'

const ENTRIES = 100

export async function wherePage(visit: Visit): Promise<Body> {
  const { deps, context } = visit
  const release = (context.req.query('release') ?? '').trim()
  const places = release === '' ? [] : whereabouts(await deps.store.where(release))
  const seen = await visibleOf(visit, places)
  const view = html`<h1>Where does it run?</h1>
    <form method="get" class="fields" role="search"><label>Release or commit <input name="release" value=${release} required /></label><button>Find</button></form>
    ${release === '' ? null : seen.length === 0 ? html`<p role="status">No release or commit that begins with <code>${release}</code> is recorded. Less than its whole name: four characters at least.</p>` : html`<ul>${seen.map((place) => whereView(place))}</ul>`}`
  return { title: 'Where does it run?', view }
}

function whereView({ application, environment, release, now, before, first, last }: Whereabouts): View {
  const here =
    now.count > 0
      ? html`<b class="tone ok">✓ runs on ${hosts(now.count)}</b> since ${moment(first)}`
      : html`ran until ${moment(last ?? first)}`
  return html`<li><a href=${environmentPath({ application, environment })}>${application} ${environment}</a> <code>${release}</code> ${here}
    ${now.count > 0 ? html`<div class="quiet">now: ${listed(now)}</div>` : null}
    ${before.count > 0 ? html`<div class="quiet">before: ${listed(before)}</div>` : null}</li>`
}

async function visibleOf<T extends { application: string }>(visit: Visit, all: readonly T[]): Promise<T[]> {
  const looks = lookOf(visit)
  const seen = await Promise.all(all.map(({ application }) => looks(application)))
  return all.filter((_, index) => seen[index])
}

/** Each application is asked for once. */
function lookOf({ deps, person }: Visit): (application: string) => Promise<boolean> {
  const asked = new Map<string, Promise<boolean>>()
  return (application) => {
    const answer = asked.get(application) ?? deps.desk.mayLook(person, application).then((no) => no === undefined)
    asked.set(application, answer)
    return answer
  }
}

export async function locksPage(visit: Visit): Promise<Body> {
  const { deps, person } = visit
  const places = await deps.desk.places(person)
  const rows = await Promise.all(
    places.map(async ({ application, environment }) => {
      const target = { application, environment }
      const [{ locks }, may] = [await deps.store.locks(target), await mayAct(visit, target)]
      return html`<tr><th scope="row"><a href=${environmentPath(target)}>${application} ${environment}</a></th><td>${lockBadges(locks, deps.now())}</td>
        <td>${may ? html`<div class="acts">${lockForms(target, locks, deps.newIntent())}</div>` : null}</td></tr>`
    }),
  )
  const view = html`<h1>Locks</h1><div class="scroll"><table><thead><tr><th scope="col">environment</th><th scope="col">lock</th><th scope="col">change</th></tr></thead><tbody>${rows}</tbody></table></div>`
  return { title: 'Locks', view }
}

export async function auditPage(visit: Visit): Promise<Body> {
  const { deps, person, context } = visit
  const { of = '', before } = context.req.query()
  const places = await deps.desk.places(person)
  const chosen = places.find((place) => nameOf(place) === of)
  const filter = chosen ? { application: chosen.application, environment: chosen.environment } : {}
  const seen = lookOf(visit)
  const { items, next } = await visiblePage(
    { read: (from) => readAudit(deps, filter, from), cursorOf: ({ seq }) => String(seq) },
    {
      from: /^\d{1,15}$/.test(before ?? '') ? before : undefined,
      size: ENTRIES,
      sees: ({ fact }) => seen(fact.application),
    },
  )
  const options = places.map(
    (place) => html`<option value=${nameOf(place)} selected=${nameOf(place) === of}>${nameOf(place)}</option>`,
  )
  const view = html`<h1>Audit</h1>
    <form method="get" class="fields"><label>Environment <select name="of"><option value="">all</option>${options}</select></label><button>Show</button></form>
    <div class="scroll"><table><thead><tr><th scope="col">when</th><th scope="col">who</th><th scope="col">asked for</th><th scope="col">where</th><th scope="col">outcome</th><th scope="col">details</th></tr></thead>
    <tbody>${items.map((entry) => entryRow(entry, deps.now()))}</tbody></table></div>
    ${next === undefined ? null : html`<nav class="pager" aria-label="Pages of the audit"><a href=${`/audit?${new URLSearchParams({ of, before: next })}`} rel="next">Older</a></nav>`}
    <p class="hint">The newest first. Each entry carries the hash of the one before it.</p>`
  return { title: 'Audit', view }
}

function readAudit({ store }: Visit['deps'], filter: Partial<Target>, from: string | undefined): Promise<AuditEntry[]> {
  return store.audit({ ...filter, ...(from !== undefined && { before: Number(from) }), limit: MOST })
}

function nameOf({ application, environment }: { application: string; environment: string }): string {
  return `${application} ${environment}`
}

function entryRow({ at, fact }: Pick<AuditEntry, 'at' | 'fact'>, now: number): View {
  const { person, verb, application, environment, outcome, rollout } = fact
  const came =
    outcome.kind === 'accepted'
      ? html`<span class="tone ok">✓ accepted</span>`
      : html`<span class="tone bad">✕ refused: ${outcome.reason}</span>`
  return html`<tr><td>${age(at, now)}</td><td>${person.name} <span class="quiet">${person.door ?? person.via}</span></td><th scope="row">${verb}</th>
    <td>${application} ${environment}</td><td>${came}</td><td>${rollout === undefined ? null : html`<a href=${`/rollouts/${rollout}`}>rollout</a> `}${detailWords(fact)}</td></tr>`
}

function detailWords({ release, host, forMs, steal, automatic, reason }: AuditFact): string {
  const parts = [
    release,
    host,
    forMs === undefined ? '' : `for ${formatDuration(forMs)}`,
    steal ? 'steal' : '',
    automatic ? 'automatic' : '',
    reason ? `“${reason}”` : '',
  ]
  return parts.filter((part) => part).join(' · ')
}

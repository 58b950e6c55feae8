// The hosts of an environment as they are recorded, some at a time.

import type { HostRecord } from '../../engine/ports.ts'
import { environmentPath } from '../view/act-forms.ts'
import { html } from '../view/html.ts'
import { age } from '../view/time.ts'
import { missingPage } from './missing-page.ts'
import { type Body, numberOf, targetOf, type Visit } from './visit.ts'

const ROWS = 100

export async function hostsPage(visit: Visit): Promise<Body> {
  const target = await targetOf(visit)
  if (!target) return missingPage()
  const { q = '', page = '1' } = visit.context.req.query()
  const { store, now } = visit.deps
  const all = await store.records(target.application, target.environment)
  const records = all.filter(({ name }) => name.includes(q)).sort(unwellFirst)
  const pages = Math.max(1, Math.ceil(records.length / ROWS))
  const at = Math.min(numberOf(page, 1), pages)
  const path = environmentPath(target, 'hosts')
  const to = (number: number) => `${path}?${new URLSearchParams({ q, page: String(number) })}`
  const rows = records.slice((at - 1) * ROWS, at * ROWS).map(
    ({ name, zone, release, health, at: when, rollout }) => html`<tr>
    <th scope="row"><a href=${`${path}/${encodeURIComponent(name)}`}>${name}</a></th><td>${zone}</td>
    <td class=${health === 'healthy' ? 'tone ok' : 'tone bad'}>${health === 'healthy' ? '✓ well' : `✕ ${health}`}</td>
    <td><code>${release ?? '–'}</code></td><td>${age(when, now())}</td><td><a href=${`/rollouts/${rollout}/hosts/${encodeURIComponent(name)}`}>last run</a></td></tr>`,
  )
  const view = html`<p class="crumbs"><a href="/">Environments</a> / <a href=${environmentPath(target)}>${target.application} ${target.environment}</a></p>
    <h1>Hosts of ${target.environment}</h1>
    <form method="get" class="fields" role="search"><label>Name <input name="q" value=${q} /></label><button>Show</button><span class="quiet">${records.length} found</span></form>
    <div class="scroll"><table><thead><tr><th scope="col">host</th><th scope="col">zone</th><th scope="col">state</th><th scope="col">release</th><th scope="col">since</th><th scope="col">log</th></tr></thead><tbody>${rows}</tbody></table></div>
    ${pages > 1 ? html`<nav class="pager" aria-label="Pages of hosts">${at > 1 ? html`<a href=${to(at - 1)}>Previous</a>` : null}<span>Page ${at} of ${pages}</span>${at < pages ? html`<a href=${to(at + 1)}>Next</a>` : null}</nav>` : null}`
  return { title: `Hosts of ${target.environment}`, view }
}

function unwellFirst(a: HostRecord, b: HostRecord): number {
  const rank = ({ health, zone, name }: HostRecord) => `${health === 'healthy' ? 1 : 0} ${zone} ${name}`
  return rank(a) < rank(b) ? -1 : 1
}

// API tokens of whoever is signed in: what there is, a new one (its secret is shown once), and revoking. A token narrows what its
// person may do, and never widens it.

import { z } from 'zod'
import type { Scope } from '../../core/scope.ts'
import type { Token } from '../../engine/ports-identity.ts'
import { readForm } from '../read-form.ts'
import type { TokenDesk } from '../sign-in/token.ts'
import { html, type View } from '../view/html.ts'
import { age, moment } from '../view/time.ts'
import type { Body, Visit } from './visit.ts'

const DAYS = [1, 30, 90, 365]
const DAY_MS = 86_400_000

const wish = z.object({
  name: z.string().trim().min(1).max(60),
  may: z.enum(['look', 'act']),
  of: z.string().max(200).default(''),
  days: z.coerce.number().int().min(1).max(365),
})

export async function tokensPage(visit: Visit): Promise<Body> {
  const tokens = visit.deps.tokens?.(visit.who)
  return tokens ? await page(visit, tokens) : noTokens()
}

export async function createToken(visit: Visit): Promise<Body> {
  const tokens = visit.deps.tokens?.(visit.who)
  if (!tokens) return noTokens()
  const wanted = wish.safeParse(await readForm(visit.context))
  if (!wanted.success) return { ...(await page(visit, tokens)), status: 400 }
  const { name, may, of, days } = wanted.data
  const places = await visit.deps.desk.places(visit.person)
  const place = places.find((each) => placeKey(each) === of)
  if (of !== '' && !place) return { ...(await page(visit, tokens)), status: 400 }
  const scope: Scope = place ? { may, application: place.application, environment: place.environment } : { may }
  const { text } = await tokens.make({ name, scopes: [scope], forMs: days * DAY_MS })
  const shown = html`<div class="refusal made" role="status"><p><strong>The token ${name}:</strong></p><p><code id="secret">${text}</code></p>
    <p>Keep it now: it is not shown again. It may ${may}${place ? ` on ${placeKey(place)}` : ''}, for ${days} days, as far as you may.</p></div>`
  return await page(visit, tokens, shown)
}

export async function revokeToken(visit: Visit): Promise<Body | Response> {
  const tokens = visit.deps.tokens?.(visit.who)
  if (!tokens) return noTokens()
  await tokens.revoke(visit.context.req.param('token') ?? '')
  return visit.context.redirect('/tokens', 303)
}

function noTokens(): Body {
  const view = html`<h1>Tokens</h1><p>API tokens belong to people who are signed in with GitHub. Here nobody needs one: on this machine the API answers as this page does.</p>`
  return { title: 'Tokens', view }
}

async function page({ deps, person }: Visit, tokens: TokenDesk, shown: View = null): Promise<Body> {
  const [list, places] = await Promise.all([tokens.list(), deps.desk.places(person)])
  const view = html`<h1>API tokens of ${person.name}</h1>${shown}
    ${list.length === 0 ? html`<p class="quiet">There is none.</p>` : html`<div class="scroll"><table><thead><tr><th scope="col">name</th><th scope="col">may</th><th scope="col">made</th><th scope="col">used</th><th scope="col">ends</th><th scope="col">revoke</th></tr></thead><tbody>${list.map((token) => row(token, deps.now()))}</tbody></table></div>`}
    <h2>New token</h2>
    <p class="quiet">A terminal gets one of its own by <code>houston login</code>.</p>
    <form method="post" action="/tokens" class="stack">
      <label>Name <input name="name" required maxlength="60" autocomplete="off" /><span class="hint">What it is for: you read it here when you revoke it.</span></label>
      <label>May <select name="may"><option value="look">look</option><option value="act">act, and look</option></select></label>
      <label>On <select name="of"><option value="">everything that I may</option>${places.map((place) => html`<option value=${placeKey(place)}>${placeKey(place)}</option>`)}</select></label>
      <label>Ends after <select name="days">${DAYS.map((days) => html`<option value=${days} selected=${days === 90}>${days === 1 ? 'one day' : `${days} days`}</option>`)}</select></label>
      <p><button class="primary">Make the token</button></p></form>
    <h2>Sessions and links</h2>
    <p><a href="/link/slack">Slack accounts that act as ${person.name}</a></p>
    <form method="post" action="/sign-out/everywhere"><button>Sign out everywhere</button> <span class="hint">Ends your sessions in every browser, this one too. Tokens stay.</span></form>`
  return { title: 'Tokens', view }
}

function placeKey({ application, environment }: { application: string; environment: string }): string {
  return `${application} ${environment}`
}

function row({ id, name, scopes, createdAt, expiresAt, usedAt }: Token, now: number): View {
  const may = scopes.map(({ may: verb, application, environment }) =>
    [verb, application, environment].filter((part) => part).join(' '),
  )
  return html`<tr><th scope="row">${name}</th><td>${may.join(', ')}</td><td>${age(createdAt, now)}</td><td>${usedAt === undefined ? 'never' : age(usedAt, now)}</td>
    <td>${expiresAt === undefined ? 'never' : moment(expiresAt)}</td><td><form method="post" action=${`/tokens/${encodeURIComponent(id)}/revoke`}><button aria-label=${`Revoke ${name}`}>Revoke</button></form></td></tr>`
}

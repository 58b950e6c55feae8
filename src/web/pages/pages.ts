// The pages as one room of the web app: which path shows what. Every page but sign-in asks for somebody; tokens are for the API.

import { type Context, Hono } from 'hono'
import { DeskAway, watchDesk } from '../api/desk-away.ts'
import { html } from '../view/html.ts'
import type { WebEnv } from '../who.ts'
import { act } from './act.ts'
import type { Assets } from './assets.ts'
import { deployPage } from './deploy-page.ts'
import { environmentPage } from './environment-page.ts'
import { environmentsPage } from './environments-page.ts'
import { historyPage } from './history-page.ts'
import { hostPage, rolloutHostPage } from './host-page.ts'
import { hostsPage } from './hosts-page.ts'
import { layout } from './layout.ts'
import { auditPage, locksPage, wherePage } from './records-pages.ts'
import { rolloutPage } from './rollout-page.ts'
import { keepTheme } from './theme.ts'
import { createToken, revokeToken, tokensPage } from './tokens-page.ts'
import type { Body, Page, PagesDeps } from './visit.ts'

const ENVIRONMENT = '/environments/:application/:environment'

const SHOWN: readonly (readonly [path: string, page: Page])[] = [
  ['/', environmentsPage],
  [ENVIRONMENT, environmentPage],
  [`${ENVIRONMENT}/deploy`, deployPage],
  [`${ENVIRONMENT}/history`, historyPage],
  [`${ENVIRONMENT}/hosts`, hostsPage],
  [`${ENVIRONMENT}/hosts/:host`, hostPage],
  ['/rollouts/:rollout', rolloutPage],
  ['/rollouts/:rollout/hosts/:host', rolloutHostPage],
  ['/where', wherePage],
  ['/locks', locksPage],
  ['/audit', auditPage],
  ['/tokens', tokensPage],
]

const POSTED: readonly (readonly [path: string, page: Page])[] = [
  [`${ENVIRONMENT}/act`, act],
  ['/tokens', createToken],
  ['/tokens/:token/revoke', revokeToken],
]

export function createPages(given: PagesDeps): Hono<WebEnv> {
  const deps = { ...given, desk: watchDesk(given.desk) }
  const app = new Hono<WebEnv>()
  for (const [path, page] of SHOWN) app.get(path, (context) => show(deps, page, context))
  for (const [path, page] of POSTED) app.post(path, (context) => show(deps, page, context))
  app.post('/theme', keepTheme)
  app.get('/assets/*', (context) => asset(deps.assets, context))
  return app
}

async function show(deps: PagesDeps, page: Page, context: Context<WebEnv>): Promise<Response> {
  const who = context.get('who')
  if (who.kind === 'nobody') return answer(deps, context, signInPage(context))
  if (who.by !== 'session' && who.by !== 'alone') return answer(deps, context, forPeople())
  const shown = await page({ deps, context, who, person: who.person }).catch((fault: unknown) => awayPage(deps, fault))
  return shown instanceof Response ? shown : answer(deps, context, shown)
}

function answer({ assets }: PagesDeps, context: Context<WebEnv>, body: Body): Response {
  context.header('cache-control', 'no-store')
  return context.html(layout(context, assets, body), body.status ?? 200)
}

function signInPage(context: Context<WebEnv>): Body {
  const { pathname, search } = new URL(context.req.url)
  const to = `/sign-in?${new URLSearchParams({ to: `${pathname}${search}` })}`
  const view = html`<h1>Sign in</h1><p>Houston shows people what they may see at GitHub, and lets them do what they may do there.</p>
    <p><a class="button primary" href=${to}>Sign in with GitHub</a></p>`
  return { title: 'Sign in', view, status: 401 }
}

/** Nobody gets a right by an outage, and nobody is told that it is their fault. */
function awayPage({ failed }: PagesDeps, fault: unknown): Body {
  if (!(fault instanceof DeskAway)) throw fault
  failed(fault)
  const view = html`<h1>Not now</h1><p role="alert">It cannot be asked at this moment what you may see and do: GitHub or the database does not answer,
    and the server’s log says which. Rollouts go on without GitHub. Load this page again in a moment: what you asked for is done once, however often it
    is sent. The terminal on the server’s machine needs no GitHub.</p>`
  return { title: 'Not now', status: 503, view }
}

function forPeople(): Body {
  return {
    title: 'For people',
    status: 403,
    view: html`<h1>For people</h1><p>A token is for the API: see <a href="/api/docs">what it answers</a>.</p>`,
  }
}

function asset({ files }: Assets, context: Context<WebEnv>): Response {
  const found = files.get(context.req.path)
  if (!found) return context.text('Not found.\n', 404)
  const zipped = /\bgzip\b/.test(context.req.header('accept-encoding') ?? '')
  const headers = {
    'content-type': found.type,
    'cache-control': 'public, max-age=31536000, immutable',
    vary: 'accept-encoding',
    'x-content-type-options': 'nosniff',
    ...(zipped && { 'content-encoding': 'gzip' }),
  }
  return new Response(new Uint8Array(zipped ? found.gzip : found.body), { headers })
}

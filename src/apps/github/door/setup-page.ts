// The pages of the set-up: plain HTML that needs no JavaScript. Pure; who may see them is not decided here.

import type { AppReport } from '../../../adapters/github/inspect-app.ts'
import { html } from '../../server/html.ts'
import { page } from '../../setup/page.ts'

export const SETUP_PATH = '/setup/github'

export type Choice = { organization: string; teams: boolean }

/** `action`: GitHub's page that takes a manifest. */
export function formPage(choice: Choice, { action, manifest }: { action: string; manifest: string }): string {
  const whose = choice.organization === '' ? 'your own account' : choice.organization
  return page(
    'Connect Houston to GitHub',
    html`<p>GitHub makes an App for this server and hands its credentials over. Nothing has to be copied.</p>
<form method="get" action="${SETUP_PATH}">
<p><label>Organization <input name="organization" value="${choice.organization}" maxlength="39" pattern="[A-Za-z0-9-]*"></label>
(empty: your own account)</p>
<p><label><input type="checkbox" name="teams" value="yes"${choice.teams ? html` checked` : ''}>
Teams are named as deployers: the App may read the organization's members</label></p>
<p><button>Change</button></p>
</form>
<form method="post" action="${action}">
<input type="hidden" name="manifest" value="${manifest}">
<p><button>Make the App for ${whose}</button></p>
</form>`,
  )
}

/** `file`: where the credentials are kept. `shared`: several servers work on one database. */
export function donePage(app: AppReport, { file, shared }: { file: string; shared: boolean }): string {
  const rows = app.deliveries.map(
    ({ event, at, code, status }) => html`<tr><td>${event}</td><td>${at}</td><td>${code}</td><td>${status}</td></tr>`,
  )
  const deliveries =
    rows.length === 0
      ? html`<p>GitHub has delivered nothing yet.</p>`
      : html`<table><tr><th>event</th><th>at</th><th>answered</th><th></th></tr>${rows}</table>`
  return page(
    'Houston is connected to GitHub',
    html`<p>The App <a href="${app.page}">${app.slug}</a> answers to its key. It works now; nothing needs to be restarted.</p>
<p>Its credentials are in <code>${file}</code>, which only this user can read.
${shared ? html`<strong>Every other server on this database needs a copy of that file in its data directory, or the variables in it.</strong>` : ''}</p>
<p>Installed ${app.installations} times. <a href="${app.page}/installations/new">Install it on repositories</a>.</p>
<h2>Last deliveries</h2>
<p>GitHub sends to <code>${app.webhookUrl ?? 'nowhere'}</code>.</p>
${deliveries}`,
  )
}

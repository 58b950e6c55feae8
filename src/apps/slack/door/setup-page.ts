// The pages of Slack's set-up: plain HTML that needs no JavaScript. Pure; who may see them is not decided here.

import { stringify } from 'yaml'
import type { SlackSettings } from '../../../config/settings.ts'
import { type Html, html } from '../../server/html.ts'
import { page } from '../../setup/page.ts'
import type { ChannelReport } from './inspect-workspace.ts'

export const SETUP_PATH = '/setup/slack'
export const TOKENS_PATH = `${SETUP_PATH}/tokens` as const

export type Form = {
  /** Where Slack makes an app, for Socket Mode and, where Slack reaches this server, for HTTP. */
  links: { socket: string; http?: string }
  /** Comes back with the form. */
  state: string
  commands: SlackSettings['commands']
}

export function formPage({ links, state, commands }: Form): string {
  const http = links.http
    ? html` Or <a href="${links.http}">make one that Slack calls over HTTP</a>: then the signing secret takes the place of the app-level token.`
    : ''
  return page(
    'Connect Houston to Slack',
    html`<ol>
<li><p><a href="${links.socket}">Make the app in Slack</a>: choose the workspace, look at what the app may do, and press Create.
Its commands are <code>${commands.deploy}</code> and <code>${commands.rollback}</code>.${http}</p></li>
<li><p>On the page of the app: <strong>Install App</strong>, and copy the bot token (<code>xoxb-…</code>).</p></li>
<li><p><strong>Basic Information</strong>, App-Level Tokens: generate one with the scope <code>connections:write</code> and copy it (<code>xapp-…</code>). With HTTP:
copy the signing secret instead.</p></li>
<li><form method="post" action="${TOKENS_PATH}" autocomplete="off">
<input type="hidden" name="state" value="${state}">
${field('bot', 'Bot token', 'xoxb-…')}
${field('app', 'App-level token', 'xapp-…')}
${field('secret', 'Signing secret (only for HTTP)', '')}
<p><button>Try and keep them</button></p>
</form></li>
</ol>`,
  )
}

function field(name: string, label: string, placeholder: string): Html {
  return html`<p><label>${label} <input name="${name}" type="password" size="50" maxlength="300" placeholder="${placeholder}"></label></p>`
}

export type Done = {
  workspace: string
  file: string
  /** Several servers work on one database. */
  shared: boolean
  channels: readonly ChannelReport[]
  commands: SlackSettings['commands']
}

export function donePage({ workspace, file, shared, channels, commands }: Done): string {
  const rows = channels.map(
    ({ channel, application, environments = ['all'], state }) =>
      html`<tr><td><code>${channel}</code></td><td>${application}</td><td>${environments.join(', ')}</td><td>${state}</td></tr>`,
  )
  const table =
    rows.length === 0
      ? html`<p>No channel belongs to an application yet.</p>`
      : html`<table><tr><th>channel</th><th>application</th><th>environments</th><th></th></tr>${rows}</table>`
  return page(
    'Houston is connected to Slack',
    html`<p>The workspace is <strong>${workspace}</strong>, and Slack takes the tokens. It works now; nothing needs to be restarted. Type <code>${commands.deploy} help</code>.</p>
<p>The tokens are in <code>${file}</code>, which only this user can read.
${shared ? html`<strong>Every other server on this database needs a copy of that file in its data directory, or the variables in it.</strong>` : ''}</p>
<h2>Whose channel is whose</h2>
${table}
<p>Rollouts are told of in the channels of their application, and a command there needs no application. Write into <code>houston.server.yml</code>, and start the server again:</p>
<pre>${EXAMPLE}</pre>
<p>A channel's id stands at the end of its details in Slack. Invite the app to each: <code>/invite @houston</code>.</p>`,
  )
}

const EXAMPLE = stringify({
  slack: { channels: [{ channel: 'C024BE91L', application: 'storefront', environments: ['production'] }] },
})

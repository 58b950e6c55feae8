// The pages of a link between accounts. Pure; who may see them is not decided here.

import type { Account, SlackAccount } from '../../engine/ports-identity.ts'
import { html, type View } from '../view/html.ts'
import { LINK_PATH } from './offer-link.ts'

export const UNLINK_PATH = `${LINK_PATH}/end`

type Body = { title: string; view: View; status?: 400 | 404 }
type Both = { slack: SlackAccount; account: Account }

export function confirmLink({ slack, account, offer }: Both & { offer: string }): Body {
  const view = html`<h1>Link two accounts</h1>
    <p>From then on whoever uses the one acts with the rights of the other:</p>
    <dl><dt>Slack</dt><dd><strong>${slack.name}</strong> (member ${slack.user} of workspace ${slack.team})</dd>
      <dt>GitHub</dt><dd><strong>${account.login}</strong> (account ${account.id})</dd></dl>
    <p><strong>Link them only if both are yours and you asked for this in Slack yourself.</strong> If somebody sent you this address, close this page.</p>
    <form method="post" action=${LINK_PATH}><input type="hidden" name="offer" value=${offer} />
      <p><button class="primary">Link ${slack.name} to ${account.login}</button></p></form>`
  return { title: 'Link two accounts', view }
}

export function linked({ slack, account }: Both): Body {
  const view = html`<h1>Linked</h1>
    <p>In Slack <strong>${slack.name}</strong> now acts as GitHub's <strong>${account.login}</strong>. You can close this page.</p>`
  return { title: 'Linked', view }
}

export function listLinks({ links, account }: { links: readonly SlackAccount[]; account: Account }): Body {
  const rows = links.map(
    ({ team, user, name }) => html`<li><strong>${name}</strong> (member ${user} of workspace ${team})
      <form method="post" action=${UNLINK_PATH}><input type="hidden" name="team" value=${team} /><input type="hidden" name="user" value=${user} />
        <button>Unlink ${name}</button></form></li>`,
  )
  const none = html`<p class="quiet">There is none. A link begins in Slack: whoever acts there without one is told how.</p>`
  const view = html`<h1>Slack accounts linked to ${account.login}</h1>
    <p>Each acts in Slack with the rights of ${account.login}.</p>${rows.length === 0 ? none : html`<ul>${rows}</ul>`}`
  return { title: 'Linked accounts', view }
}

export function goneLink(): Body {
  const view = html`<h1>This link is worth nothing any more</h1>
    <p>It was used, or it is older than a quarter of an hour. Ask for a new one in Slack.</p>`
  return { title: 'Link two accounts', view, status: 404 }
}

export function noAccounts(): Body {
  const view = html`<h1>There is nothing to link</h1><p>Nobody is signed in with GitHub here.</p>`
  return { title: 'Link two accounts', view, status: 400 }
}

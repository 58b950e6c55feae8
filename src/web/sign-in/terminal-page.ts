// The pages on which somebody lets a terminal act for them. What the terminal says of itself is text of a stranger until its person
// has recognized it; so is the address. Pure; who may see them is not decided here.

import type { Account, TerminalAsk } from '../../engine/ports-identity.ts'
import { html, type View } from '../view/html.ts'
import { age } from '../view/time.ts'
import { TERMINAL_TOKEN_DAYS } from './terminal.ts'

export const TERMINAL_PATH = '/device'

type Body = { title: string; view: View; status?: 400 | 404 }

const title = 'Let a terminal in'

export function askCode(): Body {
  const view = html`<h1>${title}</h1>
    <p><code>houston login</code> shows a code. Type it here, if it was you who started that.</p>
    ${codeForm()}`
  return { title, view }
}

type Asking = { ask: TerminalAsk; account: Account; code: string; here: string; now: number }

export function confirmTerminal({ ask, account, code, here, now }: Asking): Body {
  const { machine, address, scopes, askedAt } = ask
  const elsewhere =
    address === here
      ? html`the same as yours; so is that of everybody behind the same router or proxy`
      : html`not the one that you come from, <code>${here}</code>`
  const view = html`<h1>A terminal asks to act as ${account.login}</h1>
    <dl class="facts"><dt>It calls itself</dt><dd><code>${machine}</code></dd>
      <dt>Its address</dt><dd><code>${address}</code>, ${elsewhere}</dd>
      <dt>It asked</dt><dd>${age(askedAt, now)}</dd>
      <dt>It could</dt><dd>${scopeWords(scopes)}</dd>
      <dt>For</dt><dd>${TERMINAL_TOKEN_DAYS} days, unless its token is revoked under <a href="/tokens">Tokens</a> before</dd></dl>
    <p><strong>Allow it only if you started <code>houston login</code> on that machine yourself, just now.</strong> If somebody gave you the code,
      or sent you here, deny it: whoever sits there would act in your name.</p>
    <form method="post" action=${`${TERMINAL_PATH}/answer`}><input type="hidden" name="code" value=${code} />
      <p class="fields"><button name="answer" value="deny">Deny</button> <button class="primary" name="answer" value="allow">Allow</button></p></form>`
  return { title, view }
}

function scopeWords(scopes: TerminalAsk['scopes']): View {
  return scopes.map(({ may, application, environment }) => {
    const what = may === 'act' ? 'act, and look' : 'look'
    const on = [application, environment].filter((part) => part !== undefined).join(' ')
    return html`<div>${what}, on ${on === '' ? 'everything that you may' : on}</div>`
  })
}

export function answered(ask: TerminalAsk, answer: 'allow' | 'deny'): Body {
  const view =
    answer === 'allow'
      ? html`<h1>Allowed</h1><p><code>${ask.machine}</code> goes on by itself; you can close this page.
        Its token is <em>login from ${ask.machine}</em> under <a href="/tokens">Tokens</a>, and can be revoked there.</p>`
      : html`<h1>Denied</h1><p><code>${ask.machine}</code> got nothing. You can close this page.</p>`
  return { title, view }
}

export function noTerminal(): Body {
  const view = html`<h1>${title}</h1><p role="alert">That code is worth nothing: it was mistyped, was answered already, or is older than a quarter of an
    hour.</p>${codeForm()}`
  return { title, view, status: 404 }
}

export function notNeeded(): Body {
  const view = html`<h1>${title}</h1><p>Nobody signs in here, so no terminal needs to.</p>`
  return { title, view, status: 400 }
}

function codeForm(): View {
  return html`<form method="post" action=${TERMINAL_PATH} class="stack">
    <label>Code <input name="code" required maxlength="20" autocomplete="off" autocapitalize="characters" spellcheck="false" /><span class="hint">Eight letters.</span></label>
    <p><button class="primary">Look who asks</button></p></form>`
}

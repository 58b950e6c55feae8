// The frame of every page: head, navigation, who looks, and the choice of light or dark. Nothing in it needs a script.

import type { Context } from 'hono'
import { getCookie } from 'hono/cookie'
import { html, type View } from '../view/html.ts'
import type { WebEnv, Who } from '../who.ts'
import type { Assets } from './assets.ts'
import { render } from './render.ts'
import type { Body } from './visit.ts'

export const THEMES = ['auto', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

export function themeOf(context: Context<WebEnv>): Theme {
  const kept = getCookie(context, 'theme')
  return THEMES.find((theme) => theme === kept) ?? 'auto'
}

const ROOMS = [
  ['/', 'Environments'],
  ['/where', 'Where'],
  ['/locks', 'Locks'],
  ['/audit', 'Audit'],
  ['/tokens', 'Tokens'],
] as const

/** A whole page, as it is sent. */
export function layout(context: Context<WebEnv>, assets: Assets, { title, view, live }: Body): string {
  const who = context.get('who')
  const theme = themeOf(context)
  const path = context.req.path
  return `<!doctype html>${render(html`<html lang="en" data-theme=${theme === 'auto' ? undefined : theme}>
    <head>
      <meta charset="utf-8" /><title>${title} · Houston</title>
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <link rel="icon" href="data:," />
      <link rel="stylesheet" href=${assets.style} />
    </head>
    <body>
      <a class="skip" href="#main">To the content</a>
      <header class="top">
        <a class="brand" href="/">Houston</a>
        <nav aria-label="Pages">${ROOMS.map(([href, name]) => html`<a href=${href} aria-current=${href === path ? 'page' : undefined}>${name}</a>`)}</nav>
        ${themeForm(theme, path)}
        ${whoView(who)}
      </header>
      ${aloneNote(who)}
      <main id="main" tabindex="-1">${view}</main>
      <footer>Times are UTC. Everything asked for here is in the <a href="/audit">audit</a>.</footer>
    </body>
  </html>`)}${live ? scripts(assets) : ''}`
}

/** The only text that is not a template's: the import map must arrive as it was hashed. HTML puts it into the body. */
function scripts({ importMap, preload, script }: Assets): string {
  const links = preload.map((href) => html`<link rel="modulepreload" href=${href} />`)
  return `<script type="importmap">${importMap.text}</script>${render(links)}<script type="module" src="${script}"></script>`
}

function themeForm(theme: Theme, path: string): View {
  return html`<form method="post" action="/theme" aria-label="Colours">
    <input type="hidden" name="from" value=${path} />
    ${THEMES.map((each) => html`<button class="plain" name="theme" value=${each} aria-pressed=${each === theme ? 'true' : 'false'}>${each}</button>`)}
  </form>`
}

function whoView(who: Who): View {
  if (who.kind === 'nobody') return html`<a class="button" href="/sign-in">Sign in</a>`
  if (who.by === 'alone') return html`<span class="quiet">${who.person.name}</span>`
  return html`<form method="post" action="/sign-out"><span>${who.person.name}</span> <button class="plain">Sign out</button></form>`
}

function aloneNote(who: Who): View {
  if (who.kind === 'nobody' || who.by !== 'alone') return null
  return html`<aside class="note" aria-label="Who works here">One person works here without sign-in, because this server listens on this machine alone.
    Whoever can reach it acts as <strong>${who.person.name}</strong>.</aside>`
}

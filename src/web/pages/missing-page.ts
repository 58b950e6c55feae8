// What is said of what is not here, or not for whoever asks: the same words for both.

import type { Refusal } from '../../core/intent.ts'
import { html } from '../view/html.ts'
import type { Body, PagesDeps } from './visit.ts'

export function missingPage(): Body {
  const view = html`<h1>Not here</h1><p>There is no such page, or it is not for you. <a href="/">All environments</a></p>`
  return { title: 'Not here', status: 404, view }
}

/** What, why, and the next thing to do. `back`: a path of the pages. */
export function refusalPage(deps: PagesDeps, refusal: Refusal, of: { environment: string; back: string }): Body {
  const { what, why, next } = deps.words(refusal, of.environment)
  const view = html`<h1>Not done</h1>
    <div class="refusal" role="alert"><p><strong>${what}</strong></p><p>${why}</p><p>From a terminal: <code>${next}</code></p></div>
    <p><a class="button" href=${of.back}>Back</a></p>`
  return { title: 'Not done', status: 409, view }
}

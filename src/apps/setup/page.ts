// The frame of every set-up page: plain HTML that needs no JavaScript. Pure; who may see it is not decided here.

import { createHash } from 'node:crypto'
import { Html, html } from '../server/html.ts'

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:3rem auto;padding:0 1rem;color:#1c2128}' +
  'button,input{font:inherit;padding:.3rem .6rem}table{border-collapse:collapse}td,th{padding:.2rem .8rem .2rem 0;text-align:left}' +
  'pre{background:#f3f4f6;padding:.6rem;overflow:auto}'

/** `forms`: another origin that forms may be sent to. */
export function pageHeaders(forms = ''): Record<string, string> {
  const style = createHash('sha256').update(STYLE).digest('base64')
  const action = ["'self'", forms].join(' ').trim()
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; style-src 'sha256-${style}'; form-action ${action}; frame-ancestors 'none'; base-uri 'none'`,
    'referrer-policy': 'strict-origin',
    'x-frame-options': 'DENY',
  }
}

export function troublePage(what: string, next: string): string {
  return page('That did not work', html`<p>${what}</p><p>${next}</p>`)
}

export function page(title: string, body: Html): string {
  return `<!doctype html>
${html`<html lang="en"><head><meta charset="utf-8"><title>${title}</title><meta name="viewport" content="width=device-width">
<style>${new Html(STYLE)}</style></head><body><h1>${title}</h1>
${body}
</body></html>
`}`
}

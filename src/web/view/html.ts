// The one template language of the pages, on the server and in the browser. What is put into a template is text, never markup,
// and nothing in it reorders, hides or controls: names, logs and reasons come from hosts and people.

import { html as template } from 'htm/preact'
import type { ComponentChildren } from 'preact'
import { visibleText } from '../../core/visible-text.ts'

export type View = ComponentChildren

type Value = View | readonly View[]

export function html(parts: TemplateStringsArray, ...values: readonly Value[]): View {
  return template(parts, ...values.map(harmless))
}

const PLAIN = /^[\x20-\x7e\n]*$/

/** Line breaks stay: logs have them, and elsewhere they are white space. */
function harmless(value: unknown): unknown {
  if (typeof value === 'string') return PLAIN.test(value) ? value : value.split('\n').map(visibleText).join('\n')
  return Array.isArray(value) ? value.map(harmless) : value
}

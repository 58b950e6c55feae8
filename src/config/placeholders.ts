// The few `{{words}}` that a value may hold, checked when the file is read and filled in later. Scripts are never filled in.

import { suggest } from '../core/suggest.ts'
import { ok, type Parsed, wrong } from './fault.ts'
import { show } from './printable.ts'

/** Answers the text unchanged when every placeholder in it is one of `known`. */
export function checkPlaceholders(text: string, known: readonly string[]): Parsed<string> {
  for (const [whole, name = ''] of text.matchAll(/\{\{([^{}]*)\}\}/g)) {
    if (known.includes(name)) continue
    const near = suggest(name.trim(), known)
    return wrong(`${show(whole)} is not a placeholder here`, `{{${near ?? known.join('}} or {{')}}}`)
  }
  if (/\{\{|\}\}/.test(text.replaceAll(/\{\{[^{}]*\}\}/g, ''))) {
    return wrong(`${show(text)} has a placeholder that is not closed`, `{{${known.join('}} or {{')}}}`)
  }
  return ok(text)
}

/** Puts the values in. A placeholder without a value stays as it is. */
export function fillPlaceholders(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{\{([a-z]+)\}\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? whole) : whole,
  )
}

/** Whether the text holds any placeholder. */
export function hasPlaceholders(text: string): boolean {
  return /\{\{[a-z]+\}\}/.test(text)
}

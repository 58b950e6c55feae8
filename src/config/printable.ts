// How text from a file is shown in a fault: quoted, cut, and inert, because whoever wrote the file may not be trusted.

import type { Path } from './fault.ts'

const LONGEST = 60

// Controls, line separators, zero-width and bidirectional marks: what could forge or reorder a line of output.
const UNSEEN =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\p{Cs}/gu

/** Quotes a text for a message: `"web 01"`. */
export function show(text: string): string {
  const cut = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
  return `"${inert(cut.replaceAll('\\', '\\\\').replaceAll('"', '\\"'))}"`
}

/** Replaces what cannot be seen by its `\u` escape. */
export function inert(text: string): string {
  return text.replace(UNSEEN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** Writes a path as a person would: `environments.production.zones.eu-1a[0]`. */
export function showPath(path: Path): string {
  return path.map(showStep).join('').replace(/^\./, '')
}

function showStep(step: string | number): string {
  if (typeof step === 'number') return `[${step}]`
  return /^[\w-]+$/.test(step) ? `.${step}` : `[${show(step)}]`
}

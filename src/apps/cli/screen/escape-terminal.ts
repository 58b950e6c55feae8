// The one escaper for text that goes to a terminal: whatever a host, a repository or a person wrote becomes inert.
// It colours nothing and cuts nothing.

import { DANGEROUS, hexadecimal, visibleText } from '../../../core/visible-text.ts'

/** One line of text: nothing in the result moves the cursor, changes colours, reorders or hides characters. */
export function escapeTerminal(text: string): string {
  return visibleText(text)
}

/** JSON that is inert on a terminal too, and still the same JSON. */
export function escapeJson(json: string): string {
  return json.replace(DANGEROUS, (character) => {
    // Line breaks and tabs of the layout; those inside strings are escaped by JSON already.
    if (character === '\n' || character === '\t') return character
    return [...Array(character.length).keys()].map((at) => `\\u${hexadecimal(character.charCodeAt(at), 4)}`).join('')
  })
}

// The one escaper for text that goes to a terminal: whatever a host, a repository or a person wrote becomes inert.
// It colours nothing and cuts nothing.

/** Controls, C1 controls, bidirectional and zero-width marks, line separators, tags, lone surrogates. */
const DANGEROUS =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|\p{Cs}/gu

/** One line of text: nothing in the result moves the cursor, changes colours, reorders or hides characters. */
export function escapeTerminal(text: string): string {
  return text.replaceAll('\t', '    ').replace(DANGEROUS, visible)
}

/** JSON that is inert on a terminal too, and still the same JSON. */
export function escapeJson(json: string): string {
  return json.replace(DANGEROUS, (character) => {
    // Line breaks and tabs of the layout; those inside strings are escaped by JSON already.
    if (character === '\n' || character === '\t') return character
    return [...Array(character.length).keys()].map((at) => `\\u${hex(character.charCodeAt(at), 4)}`).join('')
  })
}

function visible(character: string): string {
  const code = character.codePointAt(0) ?? 0
  return code < 0x100 ? `\\x${hex(code, 2)}` : `\\u{${hex(code, 4)}}`
}

function hex(code: number, width: number): string {
  return code.toString(16).padStart(width, '0')
}

// Characters that a reader does not see but a screen obeys, made visible. No sink's own escaping is done here.

/** Controls, C1 controls, bidirectional and zero-width marks, line separators, tags, lone surrogates. */
export const DANGEROUS =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|\p{Cs}/gu

/** One line of text in which nothing reorders, hides or controls. */
export function visibleText(text: string): string {
  return text.replaceAll('\t', '    ').replace(DANGEROUS, (character) => {
    const code = character.codePointAt(0) ?? 0
    return code < 0x100 ? `\\x${hexadecimal(code, 2)}` : `\\u{${hexadecimal(code, 4)}}`
  })
}

export function hexadecimal(code: number, width: number): string {
  return code.toString(16).padStart(width, '0')
}

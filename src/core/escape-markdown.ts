// The one escaper for text that goes into GitHub's Markdown: what a host, a repository or a person wrote stands in code,
// where GitHub links no mention, issue or commit and obeys no markup. It adds no wording and knows no objects.

import { visibleText } from './visible-text.ts'

const CUT = '…'

/**
 * One line of somebody's text, inert wherever a word may stand, in a table's cell too. Backticks and pipes, which would end
 * the code or the cell, become look-alikes; so do tabs and line breaks.
 */
export function codeSpan(text: string, most = 200): string {
  const line = cut(visibleText(text).replaceAll('`', 'ˋ').replaceAll('|', '¦').trim(), most)
  return line === '' ? '–' : `\`${line}\``
}

/** Many lines of somebody's text. It must begin a line; the fence is longer than every run of backticks inside. */
export function codeBlock(text: string): string {
  const lines = text.replace(/\r\n?/g, '\n').split('\n').map(visibleText)
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}text\n${lines.join('\n')}\n${fence}`
}

/** For fields that are not Markdown: one line of at most so many characters. */
export function plainText(text: string, most: number): string {
  return cut(visibleText(text.replace(/\s+/g, ' ')).trim(), most)
}

/** Markdown of at most so many characters. It is cut between lines, because half a code span would set its rest free. */
export function bounded(markdown: string, most: number): string {
  if (markdown.length <= most) return markdown
  const end = markdown.lastIndexOf('\n', most - 2)
  return `${end < 0 ? '' : markdown.slice(0, end)}\n${CUT}`
}

/** By characters, never in the middle of one. */
function cut(text: string, most: number): string {
  if (text.length <= most) return text
  let shown = ''
  for (const character of text) {
    if (shown.length + character.length > most - 1) break
    shown += character
  }
  return `${shown}${CUT}`
}

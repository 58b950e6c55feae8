// The one escaper for text that goes to Slack. In markup somebody's text stands in code, with entities, so that no mention, link
// or formatting comes of it; elsewhere it is plain text, where Slack parses nothing. It adds no wording.

import { plainText } from '../../core/escape-markdown.ts'
import { visibleText } from '../../core/visible-text.ts'

/** Somebody's text in a line of markup. A backtick would end the code: it becomes a look-alike. */
export function code(text: string, most = 80): string {
  const line = plainText(text, most).replaceAll('`', 'ˋ')
  return line === '' ? '–' : `\`${entities(line)}\``
}

/** For fields that Slack takes as plain text, and the top-level text: one line. */
export function plain(text: string, most: number): string {
  const line = plainText(text, most)
  return line === '' ? '–' : line
}

/** For the top-level text, which is markup for a reader without blocks: nothing in it formats, mentions or links. */
export function inert(text: string, most: number): string {
  return entities(plain(text, most).replaceAll('`', 'ˋ').replaceAll('*', '∗').replaceAll('~', '∼'))
}

/** A link of ours. `url` comes from `plainUrl`. */
export function link(url: string, label: string): string {
  return `<${entities(url)}|${entities(plain(label, 80)).replaceAll('`', 'ˋ')}>`
}

/** The last lines of somebody's text that are no longer than `most`, as `lengthOf` counts them. */
export function lastLines(text: string, most: number, lengthOf: (line: string) => number): string {
  const lines = text.replace(/\r\n?/g, '\n').trimEnd().split('\n').map(visibleText)
  const shown: string[] = []
  let length = 0
  for (const line of lines.reverse()) {
    length += lengthOf(line) + 1
    if (length > most) break
    shown.unshift(line)
  }
  const [last = ''] = lines
  return shown.length > 0 ? shown.join('\n') : plainText(last, Math.floor(most / 6))
}

export function entities(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

// Reads GitHub's Markdown as far as it takes to know what in it is alive: blocks of code, code spans, tables, HTML. Written from
// the CommonMark and GFM specifications, not from our escaper.

/** `skeleton`: the text with all code blanked out. `alive`: what GitHub would act upon outside of code. */
export type Reading = { skeleton: string; alive: string[] }

/** What GitHub links, embeds, renders or obeys in text. */
const LIVE: readonly [name: string, pattern: RegExp][] = [
  ['mention', /(?<![\w`])@[A-Za-z0-9]/g],
  ['reference', /(?<!\w)(?:[\w.-]+\/[\w.-]+)?#\d+/g],
  ['GH reference', /\bGH-\d+/gi],
  ['commit', /\b[0-9a-f]{7,40}\b/g],
  ['address', /(?:https?:\/\/|ftp:\/\/|www\.|mailto:|xmpp:)\S/gi],
  ['image', /!\[/g],
  ['link', /\]\(|\]\[|^\s*\[[^\]]+\]:/gm],
  ['HTML', /<(?!!-- houston:[\w:/.-]+ -->)\/?[A-Za-z!?]\w*/g],
  ['entity', /&(?:#\d+|#x[0-9a-f]+|\w+);/gi],
  ['math', /\$/g],
]

/** Characters that reorder, hide or control, wherever they are. Line breaks are the layout's. */
const HIDDEN =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g

export function readMarkdown(markdown: string): Reading {
  const lines = markdown.split('\n')
  const shown: string[] = []
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? ''
    const fence = openingFence(line)
    if (fence === undefined) {
      shown.push(withoutSpans(line))
      continue
    }
    const end = lines.findIndex((each, index) => index > at && isClosing(each, fence))
    shown.push('[block]')
    at = end < 0 ? lines.length : end
  }
  const skeleton = shown.join('\n')
  const found = LIVE.flatMap(([name, pattern]) => [...skeleton.matchAll(pattern)].map(([text]) => `${name} ${text}`))
  const hidden = [...markdown.matchAll(HIDDEN)].map(([text]) => `hidden ${text.charCodeAt(0).toString(16)}`)
  return { skeleton, alive: [...found, ...hidden] }
}

/** At most three spaces; a backtick fence has no backtick after it. */
function openingFence(line: string): string | undefined {
  return /^ {0,3}(`{3,})[^`]*$/.exec(line)?.[1] ?? /^ {0,3}(~{3,})/.exec(line)?.[1]
}

function isClosing(line: string, fence: string): boolean {
  const run = /^ {0,3}(`{3,}|~{3,})\s*$/.exec(line)?.[1]
  return run !== undefined && run[0] === fence[0] && run.length >= fence.length
}

/** A run of backticks ends at the next run of the same length. In a table a bar ends a cell, whatever stands around it. */
function withoutSpans(line: string): string {
  if (/^\s*\|/.test(line)) return line.split('|').map(inSpans).join('|')
  return inSpans(line)
}

function inSpans(text: string): string {
  let out = ''
  for (let at = 0; at < text.length; ) {
    const run = /^`+/.exec(text.slice(at))?.[0]
    if (text[at] === '\\' && run === undefined) {
      out += text.slice(at, at + 2)
      at += 2
      continue
    }
    const end = run === undefined ? -1 : closing(text, at + run.length, run.length)
    out += run === undefined ? text[at] : end < 0 ? run : '[code]'
    at = run === undefined ? at + 1 : end < 0 ? at + run.length : end + run.length
  }
  return out
}

function closing(text: string, from: number, length: number): number {
  for (const match of text.slice(from).matchAll(/`+/g)) if (match[0].length === length) return from + match.index
  return -1
}

// Splits what was typed into words and options. Phones and chat programs "improve" quotes and dashes: both are taken back.

import type { Mistake } from './command.ts'

/** `value` is what follows `=`; a value that stands as the next word is found by whoever knows the option. */
export type CommandWord = { text: string; option: false } | { text: string; option: true; value?: string }

const LONGEST = 1_000

// Controls, line separators and bidirectional marks: what could reorder a line or end it.
const REORDERS = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|\p{Cs}/u

// Zero-width characters and letters that show nothing: two names that differ by one look alike.
const HIDES = /\p{Default_Ignorable_Code_Point}|[\ufff9-\ufffb]/u

/** Whether a name holds what cannot be seen. In a reason it is harmless: emoji are made with it. */
export function hidesSomething(name: string): boolean {
  return HIDES.test(name)
}

const QUOTES: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '“': '”',
  '”': '”',
  '„': '“',
  '‘': '’',
  '«': '»',
}

export function splitWords(text: string): CommandWord[] | Mistake {
  if (text.length > LONGEST) return { kind: 'mistake', reason: 'too-long', longest: LONGEST }
  if (REORDERS.test(text)) return { kind: 'mistake', reason: 'unseen-character' }
  const words: CommandWord[] = []
  for (let at = 0; at < text.length; ) {
    if (/\s/.test(text[at] ?? '')) {
      at += 1
      continue
    }
    const piece = readPiece(text, at)
    if (!piece) return { kind: 'mistake', reason: 'open-quote' }
    words.push(piece.word)
    at = piece.end
  }
  return words
}

/** One word from `at` on; quotes may stand around it or around an option's value. `undefined`: a quote is never closed. */
function readPiece(text: string, at: number): { word: CommandWord; end: number } | undefined {
  const [dashes] = /^(?:--|[—–])(?=\p{L})/u.exec(text.slice(at)) ?? []
  if (dashes === undefined) {
    const plain = readText(text, at, /\s/)
    return plain && { word: { text: plain.text, option: false }, end: plain.end }
  }
  const name = readText(text, at + dashes.length, /[\s=]/)
  if (!name) return undefined
  if (text[name.end] !== '=') return { word: { text: name.text, option: true }, end: name.end }
  const value = readText(text, name.end + 1, /\s/)
  return value && { word: { text: name.text, option: true, value: value.text }, end: value.end }
}

/** A quote counts only where the text begins: `it's` is a word. */
function readText(text: string, from: number, ends: RegExp): { text: string; end: number } | undefined {
  const closing = QUOTES[text[from] ?? '']
  if (closing !== undefined) {
    const end = text.indexOf(closing, from + 1)
    return end === -1 ? undefined : { text: text.slice(from + 1, end), end: end + 1 }
  }
  let end = from
  while (end < text.length && !ends.test(text[end] ?? '')) end += 1
  return { text: text.slice(from, end), end }
}

// Turns lines into text for a terminal: escapes every piece, cuts to a width, adds colour when it is wanted.

import { escapeTerminal } from './escape-terminal.ts'
import type { Line, Style } from './line.ts'

const CODES: Readonly<Record<Style, number>> = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 }

export type Look = {
  colour: boolean
  /** Columns to cut at; absent: the terminal may wrap. */
  width?: number
}

export function paintLine(line: Line, { colour, width = Number.POSITIVE_INFINITY }: Look): string {
  let room = width
  let painted = ''
  for (const piece of line) {
    if (room <= 0) break
    const { text, style } = typeof piece === 'string' ? { text: piece, style: undefined } : piece
    const cut = clip(escapeTerminal(text), room)
    room -= widthOf(cut)
    painted += colour && style ? `\x1b[${CODES[style]}m${cut}\x1b[0m` : cut
  }
  return painted
}

/** As much of the text as has room, with an ellipsis when something is lost. */
function clip(text: string, room: number): string {
  if (widthOf(text) <= room) return text
  let fitted = ''
  let left = room - 1
  for (const character of text) {
    left -= widthOf(character)
    if (left < 0) break
    fitted += character
  }
  return `${fitted}…`
}

/** Columns that a text takes, at most: what may be wide is counted as wide, so that a repainted line never wraps. */
function widthOf(text: string): number {
  let width = 0
  for (const character of text) width += (character.codePointAt(0) ?? 0) >= 0x1100 && character !== '…' ? 2 : 1
  return width
}

// Faults of a file, each with its line and a caret under the place, so that it can be mended without counting.

import type { Fault } from '../../../config/fault.ts'
import { type Line, type Piece, styled } from '../screen/line.ts'

/** `text`: the file's, for the excerpts. */
export function faultLines(faults: readonly Fault[], text: string | undefined): Line[] {
  const lines = text?.split(/\r?\n/) ?? []
  return faults.flatMap((fault, index): Line[] => [...(index > 0 ? [[]] : []), ...oneFault(fault, lines)])
}

function oneFault(fault: Fault, lines: readonly string[]): Line[] {
  const place = fault.line === 0 ? fault.file : `${fault.file}:${fault.line}:${fault.column}`
  const path: Piece[] = fault.path === '' ? [] : [styled('bold', fault.path), ': ']
  return [
    [styled('cyan', place), ': ', ...path, fault.message],
    ...excerpt(fault, lines[fault.line - 1]),
    ...(fault.write === undefined ? [] : [['  write: ', styled('green', fault.write)]]),
  ]
}

/** Columns shown on each side of the place in a long line. */
const SIDE = 60

function excerpt(fault: Fault, line: string | undefined): Line[] {
  if (line === undefined || line.trim() === '') return []
  const from = Math.max(0, fault.column - 1 - SIDE)
  const gutter = `  ${fault.line} | `
  const before = line.slice(from, fault.column - 1).replaceAll('\t', '    ')
  const after = line.slice(fault.column - 1, fault.column - 1 + SIDE)
  return [
    [styled('dim', gutter), before, after],
    [' '.repeat(gutter.length + before.length), styled('red', '^')],
  ]
}

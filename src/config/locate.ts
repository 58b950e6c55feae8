// From a flaw to a fault: finds the line and column that a path leads to.

import type { Mark } from './convert.ts'
import type { Reading } from './document.ts'
import type { Fault, Flaw, Path } from './fault.ts'
import { showPath } from './printable.ts'

/** Faults in the order of their places. Where YAML's own traps have a say, what follows from them is left out. */
export function locateFlaws(flaws: readonly Flaw[], reading: Reading, file: string): Fault[] {
  const traps = reading.flaws.map((flaw) => locate(flaw, reading, file))
  const trapped = new Set(traps.map(({ path }) => path))
  const others = flaws.map((flaw) => locate(flaw, reading, file)).filter(({ path }) => !trapped.has(path))
  const distinct = new Map([...traps, ...others].map((fault) => [JSON.stringify(fault), fault]))
  return [...distinct.values()].sort((a, b) => a.line - b.line || a.column - b.column)
}

function locate(flaw: Flaw, reading: Reading, file: string): Fault {
  const place = reading.place(flaw.offset ?? offsetOf(reading.mark, flaw.path, flaw.at ?? 'value'))
  const { message, write } = flaw
  return { file, ...place, path: showPath(flaw.path), message, ...(write === undefined ? {} : { write }) }
}

/** Something that is missing is reported at the key of what should hold it. */
function offsetOf(root: Mark, path: Path, at: 'key' | 'value'): number {
  let mark = root
  for (const step of path) {
    const child = mark.children.get(step)
    if (child === undefined) return mark.key ?? mark.at
    mark = child
  }
  return at === 'key' ? (mark.key ?? mark.at) : mark.at
}

// Unquoted words that mean one thing to one YAML reader and another to the next: `no`, `010`, `1e3`, `2026-11-12`, `12:30`.
// They are refused instead of read in either way.

import type { Scalar } from 'yaml'
import { show } from './printable.ts'

const BOOLEAN_ELSEWHERE = /^(yes|no|on|off)$/i
const DATE = /^\d{4}-\d{1,2}-\d{1,2}([Tt ].*)?$/
const SEXAGESIMAL = /^[-+]?\d+(:[0-5]?\d)+(\.\d*)?$/

/** What to say of an unquoted scalar that is a trap; nothing of all others. */
export function scalarTrap(node: Scalar.Parsed): { message: string; write: string } | undefined {
  if (node.type !== 'PLAIN') return undefined
  const { value, source } = node
  if (typeof value === 'number' || typeof value === 'boolean') return uncommonForm(value, source)
  if (BOOLEAN_ELSEWHERE.test(source)) {
    const meant = /^(yes|on)$/i.test(source)
    return {
      message: `${source} without quotes is true or false to some YAML readers and text to others`,
      write: `${meant}, or "${source}" for the text`,
    }
  }
  if (DATE.test(source)) return ambiguous(source, 'a date')
  return SEXAGESIMAL.test(source) ? ambiguous(source, 'a number of base 60') : undefined
}

function ambiguous(source: string, meaning: string): { message: string; write: string } {
  return { message: `${show(source)} without quotes is ${meaning} to some YAML readers`, write: show(source) }
}

function uncommonForm(value: number | boolean, source: string): { message: string; write: string } | undefined {
  const plain = String(value)
  if (plain === source) return undefined
  return {
    message: `${show(source)} without quotes is read as ${plain} here, and differently by other YAML readers`,
    write: `${plain}, or ${show(source)} for the text`,
  }
}

// Durations of the configuration: a number without a unit is refused, never guessed, with a proposal.

import { formatDuration, LONGEST_MS, readDuration } from '../core/duration.ts'
import { ok, type Parsed, wrong } from './fault.ts'
import { show } from './printable.ts'

/** Milliseconds. `leastMs` refuses shorter ones. */
export function parseDuration(input: string | number, leastMs = 0): Parsed<number> {
  const ms = input === 0 ? 0 : readDuration(typeof input === 'number' ? '' : input)
  if (ms === undefined) return wrong(`${describe(input)} is not a duration`, proposal(input))
  if (ms > LONGEST_MS) return wrong(`${describe(input)} is longer than 30 days (720h)`)
  if (ms < leastMs) return wrong(`${describe(input)} is too short: at least ${formatDuration(leastMs)}`)
  return ok(ms)
}

function describe(input: string | number): string {
  return typeof input === 'number' ? String(input) : show(input)
}

const SCALES: readonly (readonly [RegExp, number])[] = [
  [/^(ms|millis\w*)$/i, 1],
  [/^(s|secs?|seconds?)$/i, 1000],
  [/^(m|mins?|minutes?)$/i, 60_000],
  [/^(h|hrs?|hours?)$/i, 3_600_000],
  [/^(d|days?)$/i, 86_400_000],
]

function proposal(input: string | number): string {
  const example = 'a duration such as 10m, 90s, 500ms or 1h30m'
  const [, amount, unit = ''] = /^(\d{1,9}(?:\.\d{1,9})?)\s*([a-z]*)$/i.exec(String(input).trim()) ?? []
  if (amount === undefined) return example
  if (unit === '')
    return `${Math.ceil(Number(amount))}s or ${Math.ceil(Number(amount))}m: a duration has a unit (h, m, s, ms)`
  const scale = SCALES.find(([words]) => words.test(unit))?.[1]
  const ms = scale === undefined ? 0 : Math.round(Number(amount) * scale)
  return ms === 0 || ms > LONGEST_MS ? example : formatDuration(ms)
}

// Durations as people write them: `10m`, `1s`, `500ms`, `1h30m`, `0`. A number without a unit is refused, never guessed.

import { ok, type Parsed, wrong } from './fault.ts'
import { show } from './printable.ts'

const FORM = /^(?=\d)(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+)s)?(?:(\d+)ms)?$/

/** Longer waits are mistakes: a timer of a month outlives the release it waits for. */
const LONGEST_MS = 30 * 24 * 3_600_000

/** Milliseconds. `leastMs` refuses shorter ones. */
export function parseDuration(input: string | number, leastMs = 0): Parsed<number> {
  const ms = input === 0 || input === '0' ? 0 : milliseconds(String(input).trim())
  if (ms === undefined) return wrong(`${describe(input)} is not a duration`, proposal(input))
  if (ms > LONGEST_MS) return wrong(`${describe(input)} is longer than 30 days (720h)`)
  if (ms < leastMs) return wrong(`${describe(input)} is too short: at least ${formatDuration(leastMs)}`)
  return ok(ms)
}

/** The shortest way to write it: `90000` is `1m30s`. */
export function formatDuration(ms: number): string {
  const units: readonly (readonly [number, string])[] = [
    [Math.floor(ms / 3_600_000), 'h'],
    [Math.floor(ms / 60_000) % 60, 'm'],
    [Math.floor(ms / 1000) % 60, 's'],
    [ms % 1000, 'ms'],
  ]
  const parts = units.filter(([amount]) => amount > 0).map(([amount, unit]) => `${amount}${unit}`)
  return parts.length === 0 ? '0' : parts.join('')
}

function milliseconds(text: string): number | undefined {
  const [, h, m, s, ms] = FORM.exec(text) ?? []
  if (h === undefined && m === undefined && s === undefined && ms === undefined) return undefined
  return Number(h ?? 0) * 3_600_000 + Number(m ?? 0) * 60_000 + Number(s ?? 0) * 1000 + Number(ms ?? 0)
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

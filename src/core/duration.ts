// Durations as people write them: `10m`, `1s`, `500ms`, `1h30m`, `0`. A number without a unit is none. No wording here.

const FORM = /^(?=\d)(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+)s)?(?:(\d+)ms)?$/

/** Longer waits are mistakes: a timer of a month outlives the release it waits for. */
export const LONGEST_MS = 30 * 24 * 3_600_000

/** Milliseconds; `undefined` when the text is no duration. */
export function readDuration(text: string): number | undefined {
  const trimmed = text.trim()
  if (trimmed === '0') return 0
  const [, h, m, s, ms] = FORM.exec(trimmed) ?? []
  if (h === undefined && m === undefined && s === undefined && ms === undefined) return undefined
  return Number(h ?? 0) * 3_600_000 + Number(m ?? 0) * 60_000 + Number(s ?? 0) * 1000 + Number(ms ?? 0)
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

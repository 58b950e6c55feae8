// Small phrases that renderers share: numbers of things, rough durations, bounded lists. Text only, of no surface.

/** `1 host`, `7 hosts`. */
export function hosts(count: number): string {
  return many(count, 'host')
}

export function many(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

const ORDINALS: Readonly<Record<number, string>> = { 1: 'st', 2: 'nd', 3: 'rd' }

/** `1st`, `2nd`, `3rd`, `11th`. */
export function ordinal(number: number): string {
  const teen = number % 100 > 10 && number % 100 < 14
  return `${number}${(teen ? undefined : ORDINALS[number % 10]) ?? 'th'}`
}

/** Roughly, in one unit: `40s`, `4m`, `3h`, `2d`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 90) return `${seconds}s`
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)}m`
  if (seconds < 36 * 3600) return `${Math.round(seconds / 3600)}h`
  return `${Math.round(seconds / 86_400)}d`
}

/** Names after a count, bounded: `web1, web2 and 5 more`. */
export function listed({ count, names }: { count: number; names: readonly string[] }, most = 8): string {
  const shown = names.slice(0, most)
  const rest = count - shown.length
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ')
}

// Small phrases that several renderers share: numbers of hosts, times, ages. Text only.

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

export function ago(at: number, now: number): string {
  return now - at < 2_000 ? 'now' : `${duration(now - at)} ago`
}

/** Local time, to the minute, as `history --at` reads it. */
export function localTime(at: number): string {
  const date = new Date(at)
  const two = (number: number) => String(number).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`
}

/** Names after a count, bounded: `web1, web2 and 5 more`. */
export function listed({ count, names }: { count: number; names: readonly string[] }, most = 8): string {
  const shown = names.slice(0, most)
  const rest = count - shown.length
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ')
}

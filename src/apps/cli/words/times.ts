// Times as a terminal tells them: ages, and local time to the minute. Text only.

import { duration } from '../../../core/phrases.ts'

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

// A lock in words, for every door: who holds it, since when and until when.

import type { Refusal } from '../../core/intent.ts'
import { duration } from '../../core/phrases.ts'
import { short } from '../cli/screen/line.ts'
import { localTime } from '../cli/words/times.ts'

/** `By ada since 2026-11-12 09:00 (3h), until it is unlocked: "a migration".` From a lock's facts or a refusal's. */
export function lockWords({ kind, holder, reason, since, ageMs, until }: Refusal['detail']): string {
  const name = short(String(holder), 24)
  const by = kind === 'hold' ? `Since a rollback by ${name} on` : `By ${name} since`
  const why = reason === undefined ? '' : `: "${short(String(reason), 120)}"`
  return `${by} ${localTime(Number(since))} (${duration(Number(ageMs))}), ${untilWords(until)}${why}.`
}

/** `until it is unlocked`, `until 2026-11-12 11:00`. */
export function untilWords(until: string | number | undefined): string {
  return until === undefined ? 'until it is unlocked' : `until ${localTime(Number(until))}`
}

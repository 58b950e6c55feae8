// Reads a moment as people write it: `2026-11-12 09:00`, `2026-11-12`, or with seconds and a zone.

import { EXIT } from './exit-code.ts'
import { Failure } from './failure.ts'
import { short } from './screen/line.ts'
import { wordsLines } from './words/refusal.ts'

const FORM = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2}))?)?\s*(Z|[+-]\d{2}:?\d{2})?$/

/** Ms since 1970. Local time unless a zone is written. Throws `Failure`. */
export function readMoment(text: string): number {
  const match = FORM.exec(text.trim())
  if (!match) throw noMoment(text)
  const [, year = '', month = '', day = '', hour = '00', minute = '00', second = '00', zone = ''] = match
  const at = new Date(
    `${year}-${month}-${day}T${hour}:${minute}:${second}${zone.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2')}`,
  )
  // The 31st of February becomes a day of March otherwise.
  const real = !Number.isNaN(at.getTime()) && new Date(`${year}-${month}-${day}T00:00:00Z`).getUTCDate() === Number(day)
  if (!real) throw noMoment(text)
  return at.getTime()
}

function noMoment(text: string): Failure {
  return new Failure(
    EXIT.usage,
    wordsLines({
      what: `"${short(text, 60)}" is no moment.`,
      why: "A moment is a date and perhaps a time, in this machine's time zone or with a zone written after it.",
      next: '--at "2026-11-12 09:00"',
    }),
  )
}

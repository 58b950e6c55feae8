// What an error of the API means for whoever sent the request. Expected answers become data; everything else is thrown on.

import { z } from 'zod'

export type Fault =
  /** Certainly not done; too many requests. */
  | { kind: 'limited'; retryAfterMs?: number }
  /** Done or not: nobody knows. */
  | { kind: 'unsure'; why: string }
  | { kind: 'gone' }
  | { kind: 'refused'; why: string }

const answered = z.object({
  status: z.number(),
  message: z.string(),
  response: z.object({ headers: z.record(z.string(), z.union([z.string(), z.number(), z.undefined()])) }).optional(),
})
type Answered = z.infer<typeof answered>

/** Throws what is no answer of GitHub's and no broken connection: a bug. */
export function faultOf(error: unknown): Fault {
  if (error instanceof DOMException) return { kind: 'unsure', why: error.message }
  const parsed = answered.safeParse(error)
  if (!(error instanceof Error) || !parsed.success) throw error
  const answer = parsed.data
  const { status } = answer
  const why = `${status}: ${error.message}`.slice(0, 500)
  if (isLimit(answer)) return { kind: 'limited', ...retryAfter(answer) }
  if (status === 404 || status === 410) return { kind: 'gone' }
  // Bad credentials end when somebody repairs them, whatever was to be written.
  if (status === 401 || status === 408 || status >= 500) return { kind: 'unsure', why }
  return { kind: 'refused', why }
}

/** 404, where it is an answer: there is no such thing. */
export function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'status' in error && error.status === 404
}

/** A missing right is a 403 too; only its headers or words tell a limit from it. */
function isLimit(answer: Answered): boolean {
  if (answer.status === 429) return true
  if (answer.status !== 403) return false
  const limit = header(answer, 'retry-after') !== undefined || header(answer, 'x-ratelimit-remaining') === '0'
  return limit || /secondary rate limit|rate limit exceeded|abuse detection/i.test(answer.message)
}

/** The reset is a time of GitHub's clock, so it is compared with the answer's own date. */
function retryAfter(answer: Answered): { retryAfterMs?: number } {
  const seconds = Number(header(answer, 'retry-after'))
  if (Number.isFinite(seconds) && seconds >= 0) return { retryAfterMs: seconds * 1_000 }
  const reset = Number(header(answer, 'x-ratelimit-reset')) * 1_000
  const ms = reset - Date.parse(header(answer, 'date') ?? '')
  const exhausted = header(answer, 'x-ratelimit-remaining') === '0'
  return exhausted && Number.isFinite(ms) ? { retryAfterMs: Math.max(1_000, ms) } : {}
}

function header({ response }: Answered, name: string): string | undefined {
  const value = response?.headers[name]
  return value === undefined ? undefined : String(value)
}

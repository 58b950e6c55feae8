// Asks a server's API and reads what it answers. Every request that acts has a name of its own, so that it is safe to send it again
// when the connection was cut. It knows no route.

import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import { type Refusal, refused } from '../../../core/intent.ts'
import { type ProblemBody, problem } from '../../../web/api/schema/problem.ts'
import { asRefusalReason } from '../../words/refusal.ts'
import { EXIT } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { wordsLines } from '../words/refusal.ts'
import type { ServerPlace } from './server-place.ts'

export type Question = {
  method?: 'GET' | 'POST' | 'DELETE'
  path: `/v1/${string}`
  query?: Readonly<Record<string, string | number | boolean | undefined>>
  body?: object
  /** How long its answer may take. */
  longestMs?: number
}

/** `undefined`: there is nothing, or nothing that this person may see. */
export type Answered<T> = { kind: 'answer'; value: T } | { kind: 'nothing' } | Refusal

const LONGEST_MS = 60_000
const PAUSES_MS = [200, 500, 1_000]

/** Throws `Failure` when the server cannot be asked, or does not know who asks. */
export async function askServer<T>(place: ServerPlace, question: Question, schema: z.ZodType<T>): Promise<Answered<T>> {
  if (!/^[\x21-\x7e]+$/.test(place.token)) throw unknownToken(place)
  const { ok, status, text } = await send(place, question)
  if (!ok) return readProblem(place, status, text)
  const parsed = schema.safeParse(fromJson(text))
  if (parsed.success) return { kind: 'answer', value: parsed.data }
  throw otherVersion(place)
}

export function urlOf({ url }: ServerPlace, { path, query = {} }: Question): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value))
  return `${url}/api${path}${search.size === 0 ? '' : `?${search}`}`
}

/** Nothing leads elsewhere: a redirect would take the token along. */
export function headersOf({ token }: ServerPlace): Record<string, string> {
  return { authorization: `Bearer ${token}`, 'user-agent': 'houston' }
}

/** What it answers without a token; `undefined`: it wants one. Throws `Failure` when it cannot be asked. */
export async function askAnyone<T>(url: string, { path }: Question, schema: z.ZodType<T>): Promise<T | undefined> {
  const init: RequestInit = { redirect: 'error', signal: AbortSignal.timeout(LONGEST_MS) }
  const response = await fetch(`${url}/api${path}`, init).catch(() => undefined)
  if (!response) throw unreachable({ url })
  const text = await response.text()
  return response.ok ? schema.safeParse(fromJson(text)).data : undefined
}

export function unreachable({ url }: Pick<ServerPlace, 'url'>): Failure {
  const what = `${url} cannot be reached.`
  const why = 'What was committed there stays, and goes on without this terminal.'
  return new Failure(
    EXIT.unreachable,
    wordsLines({ what, why, next: 'try again, or unset HOUSTON_URL to work from here' }),
  )
}

type Arrived = { ok: boolean; status: number; text: string }

/** Of a server that is full, ends or starts, or of its proxy meanwhile. */
const PASSING: readonly number[] = [429, 502, 503, 504]

async function send(place: ServerPlace, question: Question): Promise<Arrived> {
  const { method = 'GET', body, longestMs = LONGEST_MS } = question
  const init: RequestInit = {
    ...{ method, redirect: 'error' },
    headers: {
      ...headersOf(place),
      ...(method !== 'GET' && { 'idempotency-key': randomUUID() }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  }
  for (let attempt = 0; ; attempt += 1) {
    const arrived = await fetchWhole(urlOf(place, question), init, longestMs).catch(() => undefined)
    const pauseMs = PAUSES_MS[attempt]
    if (arrived && (!PASSING.includes(arrived.status) || pauseMs === undefined)) return arrived
    if (pauseMs === undefined) throw unreachable(place)
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}

/** An answer that breaks off is none: what was asked for may have been done, and is asked for again under its name. */
async function fetchWhole(url: string, init: RequestInit, longestMs: number): Promise<Arrived> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(longestMs) })
  return { ok: response.ok, status: response.status, text: await response.text() }
}

function readProblem(place: ServerPlace, status: number, text: string): { kind: 'nothing' } | Refusal {
  const parsed = problem.safeParse(fromJson(text))
  if (status === 401) throw unknownToken(place)
  if (!parsed.success) throw status >= 500 ? unreachable(place) : otherVersion(place)
  const { reason, facts = {} } = parsed.data
  if (reason === 'not-found') return { kind: 'nothing' }
  const known = asRefusalReason(reason)
  if (known) return refused(known, facts)
  throw failureOf(parsed.data)
}

function failureOf({ title, detail, next, status, faults = [] }: ProblemBody): Failure {
  const code = status >= 500 ? EXIT.unreachable : status === 400 ? EXIT.usage : EXIT.refused
  const why = detail ?? faults.map(({ at, message }) => `${at}: ${message}`).join('; ')
  return new Failure(code, wordsLines({ what: title, why, next: next ?? 'houston status' }))
}

function unknownToken({ url }: ServerPlace): Failure {
  const what = `${url} does not know the token.`
  const why = 'It was revoked, is past its time, or belongs to another server.'
  return new Failure(EXIT.refused, wordsLines({ what, why, next: 'houston login, or another HOUSTON_TOKEN' }))
}

export function otherVersion({ url }: Pick<ServerPlace, 'url'>): Failure {
  const what = `${url} answers something that this Houston does not understand.`
  return new Failure(
    EXIT.failed,
    wordsLines({ what, why: 'It is of another version, or no Houston at all.', next: 'houston --version' }),
  )
}

export function fromJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

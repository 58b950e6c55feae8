// Speaks to the server's API. What the server refuses is a fault with its reason; while it cannot be reached (it restarts, a proxy
// says so) the same request is sent again, under one key, so that it does one thing.

import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import { formatDuration } from '../../../src/core/duration.ts'
import { problem } from '../../../src/web/api/schema/problem.ts'
import { StepFault } from '../way.ts'
import type { Bearer } from './bearer.ts'

export type Client = {
  get<Body>(path: string, answer: z.ZodType<Body>): Promise<Body>
  post<Body>(path: string, sent: { body: object; answer: z.ZodType<Body> }): Promise<Body>
  /** One connection; `undefined` when none came about. */
  stream(path: string, of: { lastEventId: string | undefined; signal: AbortSignal }): Promise<Response | undefined>
}

export type ClientOptions = {
  url: string
  bearer: Bearer
  /** Told once a request, when it has to be sent again. */
  say: (text: string) => void
  pause: (ms: number) => Promise<void>
  now: () => number
}

/** A deploy waits until GitHub has told all and the release's files are there. */
const LONGEST_MS = 120_000
/** How long a server may be away: another one takes over within seconds, a restart needs a few more. */
const AWAY_MS = 120_000
const PAUSE_MS = 1_000

export function openClient({ url, bearer, say, pause, now }: ClientOptions): Client {
  const send = async (path: string, init: RequestInit, afresh: Parameters<Bearer>[0]) => {
    const headers = { accept: 'application/json', ...init.headers, authorization: `Bearer ${await bearer(afresh)}` }
    return await fetch(`${url}/api/v1${path}`, { redirect: 'error', ...init, headers })
  }
  /** An identity that ended in the meantime is fetched anew, once. */
  const sendKnown = async (path: string, init: RequestInit) => {
    const first = await send(path, init, 'as-it-is')
    if (first.status !== 401) return first
    await first.body?.cancel()
    return await send(path, init, 'afresh')
  }
  const ask = async <Body>(path: string, init: RequestInit, answer: z.ZodType<Body>): Promise<Body> => {
    let until: number | undefined
    for (;;) {
      const response = await attempt(() => sendKnown(path, { ...init, signal: AbortSignal.timeout(LONGEST_MS) }))
      if (!isAway(response)) return await read(response, answer)
      const why = response instanceof Error ? String(response.cause ?? response.message) : String(response.status)
      if (until !== undefined && now() > until) throw new StepFault('no-answer', `${url} does not answer: ${why}`)
      if (until === undefined) say(`${url} does not answer (${why}): asked again for ${formatDuration(AWAY_MS)}`)
      until ??= now() + AWAY_MS
      await pause(PAUSE_MS)
    }
  }
  return {
    get: (path, answer) => ask(path, {}, answer),
    post: (path, { body, answer }) => {
      const headers = { 'content-type': 'application/json', 'idempotency-key': randomUUID() }
      return ask(path, { method: 'POST', headers, body: JSON.stringify(body) }, answer)
    },
    async stream(path, { lastEventId, signal }) {
      const more = lastEventId === undefined ? {} : { 'last-event-id': lastEventId }
      const init = { headers: { accept: 'text/event-stream', ...more }, signal }
      const response = await attempt(() => sendKnown(path, init))
      if (isAway(response)) return undefined
      if (!response.ok) throw await faultOf(response)
      return response
    },
  }
}

/** A connection that did not come about, as a value; what the step itself finds wrong is thrown on. */
async function attempt(act: () => Promise<Response>): Promise<Response | Error> {
  try {
    return await act()
  } catch (error) {
    if (error instanceof StepFault || !(error instanceof Error)) throw error
    return error
  }
}

/** 421 and the like are answers; these are what a server says whose database is away, or its proxy when nobody is at home. */
function isAway(answer: Response | Error): answer is Error | (Response & { status: 502 }) {
  return answer instanceof Error || [429, 500, 502, 503, 504].includes(answer.status)
}

async function read<Body>(response: Response, answer: z.ZodType<Body>): Promise<Body> {
  if (!response.ok) throw await faultOf(response)
  const parsed = answer.safeParse(await json(response))
  if (!parsed.success)
    throw new StepFault('no-answer', 'this is no Houston server, or a version that this step does not know')
  return parsed.data
}

async function faultOf(response: Response): Promise<StepFault> {
  const parsed = problem.safeParse(await json(response))
  if (!parsed.success) return new StepFault('no-answer', `the server answered ${response.status}`)
  const { reason, title, detail, next, facts = {} } = parsed.data
  return new StepFault(reason, [title, detail, next].filter((text) => text !== undefined).join(' '), { facts })
}

async function json(response: Response): Promise<unknown> {
  return await response.json().catch(() => undefined)
}

// Streams over HTTP: server-sent events of a rollout or of all environments, for whoever may see them, and for a bounded time.

import type { Context } from 'hono'
import { z } from 'zod'
import { FeedsClosed } from '../live/feeds.ts'
import { openStream, type Source } from '../live/stream.ts'
import type { Known, WebEnv } from '../who.ts'
import { type Caller, openCaller } from './caller.ts'
import type { ApiDeps } from './deps.ts'
import { byPlace, seenPlaces } from './environments.ts'
import { ENDING, FULL, NOBODY, NOT_FOUND, type Reply, TOO_MANY } from './problem.ts'
import { seenRollout } from './rollouts.ts'
import type { ProblemBody } from './schema/problem.ts'
import { problemOr, settle } from './serve-route.ts'

export const EVENTS_PATH = '/v1/rollouts/{rollout}/events'
export const BOARD_PATH = '/v1/environments/events'

/** Of one process, and of one person; the server takes 500 connections. */
const MOST_STREAMS = 300
const MOST_OF_ONE = 30
/** Whoever listens longer comes back, and is asked for their rights again. */
const LONGEST_MS = 10 * 60_000

/** A header may be anything. */
const lastEvent = z.string().max(200).optional().catch(undefined)

type Joined = { feed: Source; leave: () => void }
/** `undefined`: there is no such thing, or not for this caller. Throws `FeedsClosed`. */
type Join = (caller: Caller, context: Context<WebEnv>) => Promise<Joined | undefined>
type Serve = (context: Context<WebEnv>) => Promise<Response>

/** By path. All of them count towards the same limits. */
export function serveStreams(deps: ApiDeps): Readonly<Record<string, Serve>> {
  const open = openTurnstile()
  return {
    [EVENTS_PATH]: serve({ deps, open, join: joinRollout(deps) }),
    [BOARD_PATH]: serve({ deps, open, join: joinBoard(deps) }),
  }
}

function joinRollout(deps: ApiDeps): Join {
  return async (caller, context) => {
    const rollout = context.req.param('rollout') ?? ''
    return (await seenRollout(deps, caller, rollout)) ? await deps.feeds.join(rollout) : undefined
  }
}

function joinBoard(deps: ApiDeps): Join {
  return async (caller) => await deps.board.join((await seenPlaces(deps, caller)).sort(byPlace))
}

type Serving = { deps: ApiDeps; open: Turnstile; join: Join }

function serve({ deps, open, join }: Serving): Serve {
  return async (context) => {
    const reply = await settle(deps, () => listen({ deps, open, join }, context))
    if ('problem' in reply) return problemOr(context, reply)
    const { body } = reply
    const headers = {
      ...{ 'content-type': 'text/event-stream', 'cache-control': 'no-store, no-transform' },
      // Some proxies hold streams back.
      'x-accel-buffering': 'no',
    }
    return body === null ? context.body(null, 200, headers) : context.body(body, 200, headers)
  }
}

async function listen(
  { deps, open, join }: Serving,
  context: Context<WebEnv>,
): Promise<Reply<ReadableStream<Uint8Array> | null>> {
  const who = context.get('who')
  if (who.kind !== 'known') return NOBODY
  const goOut = open.enter(who)
  if (typeof goOut !== 'function') return goOut
  const joined = await join(openCaller(who, deps.desk, ''), context).catch((error: unknown) => {
    goOut()
    if (error instanceof FeedsClosed) return 'closed' as const
    throw error
  })
  if (joined === 'closed') return ENDING
  const leave = () => {
    goOut()
    joined?.leave()
  }
  // HEAD has no body, and nobody would read it to its end.
  if (!joined || context.req.raw.method === 'HEAD') leave()
  if (!joined) return NOT_FOUND
  if (context.req.raw.method === 'HEAD') return { body: null }
  const until = deps.clock.monotonic() + LONGEST_MS
  const lastEventId = lastEvent.parse(context.req.header('last-event-id'))
  return { body: openStream({ feed: joined.feed, leave, lastEventId, over: () => deps.clock.monotonic() > until }) }
}

type Turnstile = { enter(who: Known): (() => void) | { problem: ProblemBody } }

/** One person alone on their machine shares with nobody. */
function openTurnstile(): Turnstile {
  const inside = new Map<string, number>()
  let all = 0
  return {
    enter({ by, person: { via, id } }) {
      const key = `${via}/${id}`
      const mine = inside.get(key) ?? 0
      if (by !== 'alone' && mine >= MOST_OF_ONE) return TOO_MANY
      if (all >= MOST_STREAMS) return FULL
      all += 1
      inside.set(key, mine + 1)
      return () => {
        all -= 1
        const left = (inside.get(key) ?? 1) - 1
        if (left > 0) inside.set(key, left)
        else inside.delete(key)
      }
    },
  }
}

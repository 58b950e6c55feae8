// The stream of a rollout over HTTP: server-sent events from its feed, for whoever may see it, and for a bounded time.

import type { Context } from 'hono'
import { z } from 'zod'
import { openStream } from '../live/stream.ts'
import type { WebEnv } from '../who.ts'
import { openCaller } from './caller.ts'
import type { ApiDeps } from './deps.ts'
import { FULL, NOBODY, NOT_FOUND, type Reply } from './problem.ts'
import { seenRollout } from './rollouts.ts'
import { problemOr, settle } from './serve-route.ts'

export const EVENTS_PATH = '/v1/rollouts/{rollout}/events'

/** Of one process; the server takes 500 connections. */
const MOST_STREAMS = 300
/** Whoever listens longer comes back, and is asked for their rights again. */
const LONGEST_MS = 10 * 60_000

/** A header may be anything. */
const lastEvent = z.string().max(200).optional().catch(undefined)

export function serveEvents(deps: ApiDeps): (context: Context<WebEnv>) => Promise<Response> {
  const open = { streams: 0 }
  return async (context) => {
    const reply = await settle(deps, () => listen(deps, context, open))
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
  deps: ApiDeps,
  context: Context<WebEnv>,
  open: { streams: number },
): Promise<Reply<ReadableStream<Uint8Array> | null>> {
  const who = context.get('who')
  if (who.kind !== 'known') return NOBODY
  if (open.streams >= MOST_STREAMS) return FULL
  open.streams += 1
  const rollout = context.req.param('rollout') ?? ''
  const joined = await join(deps, { rollout, caller: openCaller(who, deps.desk, '') }).catch((error: unknown) => {
    open.streams -= 1
    throw error
  })
  const leave = () => {
    open.streams -= 1
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

async function join(deps: ApiDeps, { rollout, caller }: { rollout: string; caller: ReturnType<typeof openCaller> }) {
  return (await seenRollout(deps, caller, rollout)) ? await deps.feeds.join(rollout) : undefined
}

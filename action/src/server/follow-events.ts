// Follows a rollout on the server: one stream after the other, each going on where the last one broke off, until nothing moves any
// more. A server that restarts, or is replaced by another, is only a gap.

import type { z } from 'zod'
import { applyChange } from '../../../src/core/report-rollout-change.ts'
import type { RolloutPage } from '../../../src/core/report-rollout-page.ts'
import { change, snapshot } from '../../../src/web/api/schema/report.ts'
import { isAtRest } from '../at-rest.ts'
import { StepFault } from '../way.ts'
import type { Client } from './client.ts'
import { readEvents, type ServerEvent } from './read-events.ts'

export type Following = { client: Pick<Client, 'stream'>; pause: (ms: number) => Promise<void>; now: () => number }

const PAUSE_MS = 500
/** Without a word from any server, its heartbeat included. */
const SILENT_MS = 180_000

type Seen = { page: RolloutPage | undefined; lastEventId: string | undefined }

export async function* followEvents(
  { client, pause, now }: Following,
  rollout: string,
  signal: AbortSignal,
): AsyncGenerator<RolloutPage> {
  const path = `/rollouts/${encodeURIComponent(rollout)}/events`
  let seen: Seen = { page: undefined, lastEventId: undefined }
  let heard = now()
  // Whoever follows no longer still wants to know how it stands.
  const wanted = () => !signal.aborted || seen.page === undefined
  while (wanted() && now() - heard < SILENT_MS) {
    const stop = new AbortController()
    const cut = () => stop.abort()
    if (!signal.aborted) signal.addEventListener('abort', cut, { once: true })
    try {
      const response = await client.stream(path, { lastEventId: seen.lastEventId, signal: stop.signal })
      for await (const event of readEvents(response?.body ?? NOTHING)) {
        heard = now()
        seen = apply(seen, event)
        if (seen.page) yield seen.page
        if ((seen.page && isAtRest(seen.page)) || !wanted()) return
      }
    } catch (error) {
      if (error instanceof StepFault) throw error
    } finally {
      signal.removeEventListener('abort', cut)
      stop.abort()
    }
    if (wanted()) await pause(PAUSE_MS)
  }
  if (!signal.aborted) throw new StepFault('no-answer', 'the server was away for too long; the rollout may go on there')
}

const NOTHING: AsyncIterable<Uint8Array> = (async function* () {})()

/** A change belongs to the page that was sent before it: without one it says nothing. */
function apply({ page }: Seen, { event, id, data }: ServerEvent): Seen {
  if (event === 'snapshot') {
    const { seq: _, ...whole } = readAs(snapshot, data)
    return { page: whole, lastEventId: id }
  }
  if (event !== 'change' || !page) return { page, lastEventId: undefined }
  return { page: applyChange(page, readAs(change, data)), lastEventId: id }
}

/** Asking again would bring the same. */
function readAs<Body>(schema: z.ZodType<Body>, data: string): Body {
  const parsed = schema.safeParse(parseJson(data))
  if (parsed.success) return parsed.data
  const message = 'the server is of a version that this step does not know: use a newer one; the rollout goes on there'
  throw new StepFault('no-answer', message, { cause: parsed.error })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

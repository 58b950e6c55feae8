// Follows a stream of a server: when the connection is lost, or says nothing, it comes back to where it was. It knows no event.

import { pause } from '../../pause.ts'
import { headersOf, type Question, unreachable, urlOf } from './ask-server.ts'
import { readEvents, type ServerEvent } from './read-events.ts'
import type { ServerPlace } from './server-place.ts'

export type Following = { place: ServerPlace; path: Question['path']; signal: AbortSignal; silentMs?: number }

/** From a lost connection to the next attempt, and how many in a row may fail: some two minutes. */
const PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 5_000
const MOST_FAILURES = 30
/** One that comes back at once is not worth a word. */
const TOLD_AFTER = 2

/** The server beats every 15 s: a connection that says nothing for so long is none. */
const SILENT_MS = 45_000

/**
 * `take`: what an event comes to; `undefined` for a change of something that was not seen, or for what this version does not know:
 * then it begins anew. Ends when `signal` aborts, or when there is nothing (any more) to see. Throws `Failure` when the server
 * stays away. `away`: what it comes to that the server cannot be reached, once each time.
 */
export async function* followStream<Value>(
  following: Following,
  take: (event: ServerEvent) => Value | undefined,
  away: () => Value | undefined = () => undefined,
): AsyncGenerator<Value> {
  const { place, signal } = following
  let lastId: string | undefined
  for (let failures = 1; !signal.aborted; failures += 1) {
    const silence = openSilence(following.silentMs ?? SILENT_MS)
    try {
      const body = await connect({ ...following, signal: AbortSignal.any([signal, silence.signal]) }, lastId)
      if (body === 'nothing') return
      for await (const event of body ? readEvents(body, silence.heard) : []) {
        const taken = take(event)
        lastId = taken && event.id
        if (!taken) break
        failures = 0
        yield taken
      }
    } catch {
      // Cut: what was missed comes with the next connection.
    } finally {
      silence.close()
    }
    if (failures >= MOST_FAILURES) throw unreachable(place)
    const told = failures === TOLD_AFTER ? away() : undefined
    if (told) yield told
    await pause(Math.min(PAUSE_MS * Math.max(1, failures), LONGEST_PAUSE_MS), signal)
  }
}

type Silence = { signal: AbortSignal; heard: () => void; close: () => void }

function openSilence(ms: number): Silence {
  const silent = new AbortController()
  const timer = setTimeout(() => silent.abort(), ms)
  return { signal: silent.signal, heard: () => timer.refresh(), close: () => clearTimeout(timer) }
}

async function connect({ place, path, signal }: Following, lastId: string | undefined) {
  const headers = { ...headersOf(place), accept: 'text/event-stream', ...(lastId && { 'last-event-id': lastId }) }
  const response = await fetch(urlOf(place, { path }), { headers, signal, redirect: 'error' })
  if (response.ok) return response.body ?? undefined
  await response.body?.cancel()
  return [401, 403, 404].includes(response.status) ? 'nothing' : undefined
}

// Follows one rollout by its stream: what it shows is always what the server told, and when the connection is lost it comes back to
// where it was.

import { isDeepStrictEqual } from 'node:util'
import { applyChange } from '../../../core/report-rollout-change.ts'
import type { HostRow, RolloutPage } from '../../../core/report-rollout-page.ts'
import { change, snapshot } from '../../../web/api/schema/report.ts'
import type { HostChange, Look } from '../session/session.ts'
import { headersOf, unreachable, urlOf } from './ask-server.ts'
import { readEvents, type ServerEvent } from './read-events.ts'
import type { ServerPlace } from './server-place.ts'

export type Watching = { place: ServerPlace; rollout: string; signal: AbortSignal; silentMs?: number }

/** From a lost connection to the next attempt, and how many in a row may fail: some two minutes. */
const PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 5_000
const MOST_FAILURES = 30

/** The server beats every 15 s: a connection that says nothing for so long is none. */
const SILENT_MS = 45_000

/** Ends when `signal` aborts, or when there is nothing (any more) to see. Throws `Failure` when the server stays away. */
export async function* watchRollout(watching: Watching): AsyncGenerator<Look> {
  const { place, signal } = watching
  let page: RolloutPage | undefined
  let lastId: string | undefined
  for (let failures = 1; !signal.aborted; failures += 1) {
    const silence = openSilence(watching.silentMs ?? SILENT_MS)
    try {
      const body = await connect({ ...watching, signal: AbortSignal.any([signal, silence.signal]) }, lastId)
      if (body === 'nothing') return
      for await (const event of body ? readEvents(body, silence.heard) : []) {
        const next = pageAfter(page, event)
        lastId = next && event.id
        // A change of something that was not seen, or what this version does not know: from the beginning.
        if (!next) break
        const changes = changesBetween(page, next)
        page = next
        failures = 0
        yield { report: page.report, changes }
      }
    } catch {
      // Cut: what was missed comes with the next connection.
    } finally {
      silence.close()
    }
    if (failures >= MOST_FAILURES) throw unreachable(place)
    await pause(Math.min(PAUSE_MS * Math.max(1, failures), LONGEST_PAUSE_MS), signal)
  }
}

type Silence = { signal: AbortSignal; heard: () => void; close: () => void }

function openSilence(ms: number): Silence {
  const silent = new AbortController()
  const timer = setTimeout(() => silent.abort(), ms)
  return { signal: silent.signal, heard: () => timer.refresh(), close: () => clearTimeout(timer) }
}

async function connect({ place, rollout, signal }: Watching, lastId: string | undefined) {
  const path = `/v1/rollouts/${encodeURIComponent(rollout)}/events` as const
  const headers = { ...headersOf(place), accept: 'text/event-stream', ...(lastId && { 'last-event-id': lastId }) }
  const response = await fetch(urlOf(place, { path }), { headers, signal, redirect: 'error' })
  if (response.ok) return response.body ?? undefined
  await response.body?.cancel()
  return [401, 403, 404].includes(response.status) ? 'nothing' : undefined
}

function pageAfter(page: RolloutPage | undefined, { event, data }: ServerEvent): RolloutPage | undefined {
  const json: unknown = JSON.parse(data)
  if (event === 'snapshot') return snapshot.safeParse(json).data
  const changed = event === 'change' ? change.safeParse(json).data : undefined
  return page && changed && applyChange(page, changed)
}

function changesBetween(before: RolloutPage | undefined, after: RolloutPage): HostChange[] {
  return after.hosts.flatMap((row, index) => {
    const was = before?.hosts[index]
    if (was === row) return []
    const now = changeOf(after, row)
    return isDeepStrictEqual(was && before ? changeOf(before, was) : freshly(now), now) ? [] : [now]
  })
}

function changeOf(
  { zones, signatures }: RolloutPage,
  [host, zone, phase, attempt, step, signature]: HostRow,
): HostChange {
  return {
    ...{ host, zone: zones[zone] ?? '', phase, attempt },
    ...(step !== undefined && step !== null && { step }),
    ...(signature !== undefined && { signature: signatures[signature] ?? '' }),
  }
}

/** Of what never began nothing is told. */
function freshly({ host, zone }: HostChange): HostChange {
  return { host, zone, phase: 'queued', attempt: 1 }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer)
        resolve()
      },
      { once: true },
    )
  })
}

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

export type Watching = { place: ServerPlace; rollout: string; signal: AbortSignal }

/** From a lost connection to the next attempt, and how many in a row may fail: some two minutes. */
const PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 5_000
const MOST_FAILURES = 30

/** Ends when `signal` aborts, or when there is nothing (any more) to see. Throws `Failure` when the server stays away. */
export async function* watchRollout(watching: Watching): AsyncGenerator<Look> {
  const { signal } = watching
  let page: RolloutPage | undefined
  let lastId: string | undefined
  for (let failures = 0; !signal.aborted; ) {
    const body = await connect(watching, lastId)
    if (body === 'nothing') return
    if (body) {
      try {
        for await (const event of readEvents(body)) {
          const next = pageAfter(page, event)
          // A change of something that was not seen, or what this version does not know: from the beginning.
          if (!next) break
          const changes = changesBetween(page, next)
          page = next
          lastId = event.id
          failures = 0
          yield { report: page.report, changes }
        }
      } catch {
        // Cut: what was missed comes with the next connection.
      }
    }
    failures += 1
    if (failures > MOST_FAILURES) throw unreachable(watching.place)
    await pause(Math.min(PAUSE_MS * failures, LONGEST_PAUSE_MS), signal)
  }
}

async function connect({ place, rollout, signal }: Watching, lastId: string | undefined) {
  const path = `/v1/rollouts/${encodeURIComponent(rollout)}/events` as const
  const headers = { ...headersOf(place), accept: 'text/event-stream', ...(lastId && { 'last-event-id': lastId }) }
  const response = await fetch(urlOf(place, { path }), { headers, signal, redirect: 'error' }).catch(() => undefined)
  if (response?.ok) return response.body ?? undefined
  await response?.body?.cancel()
  return response && [401, 403, 404].includes(response.status) ? 'nothing' : undefined
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

// Follows one rollout by its stream: what it shows is always what the server told.

import { isDeepStrictEqual } from 'node:util'
import { applyChange } from '../../../core/report-rollout-change.ts'
import type { HostRow, RolloutPage } from '../../../core/report-rollout-page.ts'
import { change, snapshot } from '../../../web/api/schema/report.ts'
import type { HostChange, Look } from '../session/session.ts'
import { followStream } from './follow-stream.ts'
import type { ServerEvent } from './read-events.ts'
import type { ServerPlace } from './server-place.ts'

export type Watching = { place: ServerPlace; rollout: string; signal: AbortSignal; silentMs?: number }

/** Ends when `signal` aborts, or when there is nothing (any more) to see. Throws `Failure` when the server stays away. */
export async function* watchRollout({ rollout, ...following }: Watching): AsyncGenerator<Look> {
  const path = `/v1/rollouts/${encodeURIComponent(rollout)}/events` as const
  let page: RolloutPage | undefined
  const take = (event: ServerEvent): Look | undefined => {
    const next = pageAfter(page, event)
    if (!next) return undefined
    const changes = changesBetween(page, next)
    page = next
    return { report: next.report, changes }
  }
  yield* followStream({ ...following, path }, take, () => page && { report: page.report, changes: [], away: true })
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

// A lane: the queued hosts of one zone, the most urgent first; among equals those that came back (retried, withdrawn).

import type { RolloutState } from './rollout-state.ts'
import { urgencyOf } from './urgency.ts'

export type Lane = { zone: number; hosts: readonly number[]; next: number; returned: number[] }

/** The lanes of the current stage, with the retried hosts and the queued ones of earlier stages among those that came back. */
export function openLanes(state: RolloutState): Lane[] {
  const { plan, cursor } = state
  const lanes: Lane[] = (plan.stages[cursor.stage]?.queues ?? []).map(({ zone, hosts }) => ({
    zone,
    hosts,
    next: 0,
    returned: [],
  }))
  for (let stage = 0; stage <= cursor.stage; stage++)
    for (const { hosts } of plan.stages[stage]?.queues ?? [])
      for (const host of hosts)
        if (isQueued(state, host) && (stage < cursor.stage || hasFailed(state, host))) returnTo(state, lanes, host)
  return lanes
}

/** Puts a queued host into its zone's lane; makes the lane when the stage has none for that zone. */
export function returnTo(state: RolloutState, lanes: Lane[], host: number): void {
  const zone = state.plan.hosts[host]?.zone ?? 0
  const lane = lanes.find((each) => each.zone === zone)
  if (!lane) {
    lanes.push({ zone, hosts: [], next: 0, returned: [host] })
    return
  }
  const { returned } = lane
  const urgency = urgencyOf(state, host)
  let place = returned.length
  while (place > 0 && urgencyOf(state, returned[place - 1] ?? host) > urgency) place--
  returned.splice(place, 0, host)
}

/**
 * The most urgent queued host, left in its place. So a head that finds no room (it runs something, and the zone has lost
 * enough) never hides one that needs none.
 */
export function headOf(state: RolloutState, lane: Lane): number | undefined {
  const returned = firstReturned(state, lane)
  const next = nextInLine(state, lane)
  if (returned === undefined || next === undefined) return returned ?? next
  return urgencyOf(state, next) < urgencyOf(state, returned) ? next : returned
}

/** Hosts that are no longer queued (skipped, claimed) are passed for good, here and below. */
function firstReturned(state: RolloutState, lane: Lane): number | undefined {
  for (let host = lane.returned[0]; host !== undefined; host = lane.returned[0]) {
    if (isQueued(state, host)) return host
    lane.returned.shift()
  }
  return undefined
}

function nextInLine(state: RolloutState, lane: Lane): number | undefined {
  for (let host = lane.hosts[lane.next]; host !== undefined; host = lane.hosts[++lane.next])
    if (isQueued(state, host)) return host
  return undefined
}

function isQueued(state: RolloutState, host: number): boolean {
  return state.hosts[host]?.phase === 'queued'
}

function hasFailed(state: RolloutState, host: number): boolean {
  return (state.hosts[host]?.attempt ?? 1) > 1
}

// A lane: the queued hosts of one zone, in order, with those that came back (retried, withdrawn) in front.

import type { RolloutState } from './rollout-state.ts'

export type Lane = { zone: number; hosts: readonly number[]; next: number; returned: number[] }

/** The lanes of the current stage; queued hosts of earlier stages (retried ones) stand in front of their zone's lane. */
export function openLanes(state: RolloutState): Lane[] {
  const { plan, cursor } = state
  const lanes: Lane[] = (plan.stages[cursor.stage]?.queues ?? []).map(({ zone, hosts }) => ({
    zone,
    hosts,
    next: 0,
    returned: [],
  }))
  for (let stage = 0; stage < cursor.stage; stage++)
    for (const { hosts } of plan.stages[stage]?.queues ?? [])
      for (const host of hosts) if (isQueued(state, host)) returnTo(state, lanes, host)
  return lanes
}

/** Puts a queued host in front of its zone's lane; makes the lane when the stage has none for that zone. */
export function returnTo(state: RolloutState, lanes: Lane[], host: number): void {
  const zone = state.plan.hosts[host]?.zone ?? 0
  const lane = lanes.find((each) => each.zone === zone)
  if (lane) lane.returned.push(host)
  else lanes.push({ zone, hosts: [], next: 0, returned: [host] })
}

/** The next queued host, left in its place; hosts that are no longer queued (skipped, claimed) are passed for good. */
export function headOf(state: RolloutState, lane: Lane): number | undefined {
  for (let host = lane.returned[0]; host !== undefined; host = lane.returned[0]) {
    if (isQueued(state, host)) return host
    lane.returned.shift()
  }
  for (let host = lane.hosts[lane.next]; host !== undefined; host = lane.hosts[++lane.next])
    if (isQueued(state, host)) return host
  return undefined
}

function isQueued(state: RolloutState, host: number): boolean {
  return state.hosts[host]?.phase === 'queued'
}

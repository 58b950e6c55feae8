// A rollout in memory: the plan, the cursor, the hosts, and counters derived from them so that no event costs a scan.
// It belongs to one owner, who hands it to `transition` and uses only what comes back: it is changed in place.

import type { Person } from './intent.ts'
import { type Lane, openLanes } from './lane.ts'
import type { Plan } from './plan.ts'
import { type HostState, hasEnded, type RolloutCursor } from './rollout.ts'
import { countHost, emptyTally, type Tally } from './tally.ts'

export type RolloutState = {
  readonly plan: Plan
  cursor: RolloutCursor
  readonly hosts: HostState[]
  /** By host: the index of its stage. */
  readonly stageOf: Int32Array
  tally: Tally
  /** Queued hosts of the current stage (and retried ones of earlier stages), a lane per zone. */
  lanes: Lane[]
  /** Hosts changed since the owner last cleared it. */
  readonly dirty: Set<number>
}

type Request = { by: Person; automatic?: boolean; authors?: readonly Person[] }

/** Where a rollout begins: with whoever must approve it, or at its gates. */
export function firstCursor(plan: Plan, { by, automatic, authors = [] }: Request): RolloutCursor {
  const { approvals: rule } = plan
  if (!rule) return gated(plan)
  const barred = { requester: by, ...(automatic && { automatic }), authors: rule.notAuthor ? authors : [] }
  return { ...gated(plan), phase: 'unapproved', approvals: { required: rule.required, ...barred, given: [] } }
}

function gated(plan: Plan): RolloutCursor {
  const zones = plan.zones.map(() => 0)
  return { phase: 'gated', stage: 0, forgiven: { fleet: 0, stage: 0, zones } }
}

/** The state of a rollout that nobody has driven yet. */
export function newRollout(plan: Plan, cursor: RolloutCursor = gated(plan)): RolloutState {
  return openRollout(
    plan,
    cursor,
    plan.hosts.map((): HostState => ({ phase: 'queued', attempt: 1 })),
  )
}

/** Rebuilds what is derived. Linear in the fleet; done once when a rollout is taken over. */
export function openRollout(plan: Plan, cursor: RolloutCursor, hosts: HostState[]): RolloutState {
  const stageOf = new Int32Array(plan.hosts.length)
  plan.stages.forEach((stage, index) => {
    for (const queue of stage.queues) for (const host of queue.hosts) stageOf[host] = index
  })
  const state: RolloutState = { plan, cursor, hosts, stageOf, tally: emptyTally(plan), lanes: [], dirty: new Set() }
  hosts.forEach((_, index) => {
    countHost(state, index, 1)
  })
  if (!hasEnded(cursor.phase)) state.lanes = openLanes(state)
  return state
}

/** Puts a host into its next state and keeps the counters true. */
export function moveHost(state: RolloutState, index: number, next: HostState): void {
  countHost(state, index, -1)
  state.hosts[index] = next
  countHost(state, index, 1)
  state.dirty.add(index)
}

export function hostAt(state: RolloutState, index: number): HostState {
  const host = state.hosts[index]
  if (!host) throw new RangeError(`host ${index} is not one of the plan's ${state.hosts.length}`)
  return host
}

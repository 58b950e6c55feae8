// Moves a rollout on after something changed: claims hosts while there is room, ends stages, halts, finishes.

import { pickHost } from './claim.ts'
import { headOf, openLanes } from './lane.ts'
import type { RolloutCursor, RolloutEffect, RolloutPhase } from './rollout.ts'
import { hostAt, moveHost, type RolloutState } from './rollout-state.ts'

/** When, and where to put what is to be done. */
export type Turn = { at: number; effects: RolloutEffect[] }

export function advance(state: RolloutState, turn: Turn): void {
  if (state.cursor.phase === 'running') fill(state, turn)
  else if (state.cursor.phase === 'halting' && state.tally.running === 0) settleHalt(state, turn)
}

/** Opens the next stage, or finishes after the last. */
export function enterStage(state: RolloutState, index: number, turn: Turn): void {
  const stage = state.plan.stages[index]
  const { bakeUntil: _, ...cursor } = state.cursor
  if (!stage) {
    state.cursor = cursor
    finish(state, state.tally.unwell === 0 ? 'succeeded' : 'failed', turn)
    return
  }
  state.cursor = { ...cursor, phase: 'running', stage: index, forgiven: { ...cursor.forgiven, stage: 0 } }
  state.lanes = openLanes(state)
  turn.effects.push({ kind: 'record', fact: { kind: 'stage-started', stage: stage.name, hosts: stage.hosts } })
  fill(state, turn)
}

/** Takes the rollout to `halting` with no reason to claim more; ends at once when nothing is in flight. */
export function beginHalt(state: RolloutState, cursor: Partial<RolloutCursor>, turn: Turn): void {
  if (state.cursor.phase === 'baking') turn.effects.push({ kind: 'clear-bake' })
  const { bakeUntil: _, ...rest } = state.cursor
  state.cursor = { ...rest, haltingTo: 'halted', ...cursor, phase: 'halting' }
  if (state.tally.running > 0) turn.effects.push({ kind: 'withdraw' })
  else settleHalt(state, turn)
}

function fill(state: RolloutState, turn: Turn): void {
  let pick = pickHost(state)
  for (; pick.kind === 'host'; pick = pickHost(state)) claim(state, pick.host, turn)
  if (state.tally.running > 0) return
  if (pick.kind === 'empty') endStage(state, turn)
  else haltForRoom(state, pick.kind === 'blocked' ? pick.zone : 0, turn)
}

function claim(state: RolloutState, host: number, turn: Turn): void {
  const { attempt } = hostAt(state, host)
  moveHost(state, host, { phase: 'running', attempt, startedAt: turn.at })
  turn.effects.push({ kind: 'run-host', host, attempt, mayBegin: true })
}

/** Nothing is in flight that could give room back, so only a person can: by `skip`, or by mending a host. */
function haltForRoom(state: RolloutState, zone: number, turn: Turn): void {
  const planned = state.plan.zones[zone]
  const down = state.tally.zones[zone]?.down ?? 0
  const halt = { kind: 'no-room', zone: planned?.name ?? '', down, budget: planned?.maxUnavailable ?? 0 } as const
  beginHalt(state, { halt }, turn)
}

function endStage(state: RolloutState, turn: Turn): void {
  const { stage: index } = state.cursor
  const stage = state.plan.stages[index]
  if (stage) turn.effects.push({ kind: 'record', fact: { kind: 'stage-finished', stage: stage.name } })
  const after = index + 1 < state.plan.stages.length ? stage?.after : undefined
  if (after?.kind === 'wait') state.cursor = { ...state.cursor, phase: 'waiting' }
  else if (after?.kind === 'bake') {
    const dueAt = turn.at + after.ms
    state.cursor = { ...state.cursor, phase: 'baking', bakeUntil: dueAt }
    turn.effects.push({ kind: 'set-bake', stage: index, dueAt })
  } else enterStage(state, index + 1, turn)
}

function settleHalt(state: RolloutState, turn: Turn): void {
  const { haltingTo, ...cursor } = state.cursor
  if (haltingTo === 'aborted') {
    state.cursor = cursor
    finish(state, 'aborted', turn)
    return
  }
  if (isComplete(state)) {
    // The last hosts decided the halt: there is nothing left to hold back.
    const { halt: _, ...done } = cursor
    state.cursor = done
    finish(state, state.tally.unwell === 0 ? 'succeeded' : 'failed', turn)
    return
  }
  state.cursor = { ...cursor, phase: 'halted' }
  const reason = cursor.halt ?? { kind: 'asked', by: '' }
  turn.effects.push({ kind: 'record', fact: { kind: 'halted', reason } })
}

function isComplete(state: RolloutState): boolean {
  const last = state.cursor.stage === state.plan.stages.length - 1
  return last && state.lanes.every((lane) => headOf(state, lane) === undefined)
}

function finish(state: RolloutState, phase: RolloutPhase, turn: Turn): void {
  state.cursor = { ...state.cursor, phase }
  state.lanes = []
  turn.effects.push({ kind: 'record', fact: { kind: 'finished', phase } })
}

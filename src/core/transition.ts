// The state machine of a rollout: one event in, the next state and what is to be done out. Deterministic: time and ids
// come with the event. Every (phase, event) pair is defined; events that come too late change nothing.

import { advance, enterStage } from './advance.ts'
import { answerAsk } from './answer-ask.ts'
import { unforgive } from './forgive.ts'
import { haltReason } from './halt-reason.ts'
import { returnTo } from './lane.ts'
import { type HostEvent, type HostState, hasEnded, type RolloutEffect, type RolloutEvent } from './rollout.ts'
import { hostAt, moveHost, type RolloutState } from './rollout-state.ts'
import { isUnwell } from './tally.ts'

export type Transition = { state: RolloutState; effects: RolloutEffect[] }

/** Consumes `state`: the caller goes on with the returned one only. Constant cost in the size of the fleet. */
export function transition(state: RolloutState, event: RolloutEvent): Transition {
  const effects: RolloutEffect[] = []
  apply(state, event, effects)
  return { state, effects }
}

function apply(state: RolloutState, event: RolloutEvent, effects: RolloutEffect[]): void {
  switch (event.kind) {
    case 'gates-opened':
      if (state.cursor.phase === 'gated') enterStage(state, 0, { at: event.at, effects })
      return
    case 'bake-ended':
      if (
        state.cursor.phase === 'baking' &&
        state.cursor.stage === event.stage &&
        state.cursor.bakeUntil === event.dueAt
      )
        enterStage(state, event.stage + 1, { at: event.at, effects })
      return
    case 'asked':
      answerAsk(state, event, effects)
      return
    case 'host-step':
    case 'host-succeeded':
    case 'host-failed':
    case 'host-unreachable':
    case 'host-unknown':
    case 'host-withdrawn':
      hear(state, event, effects)
      return
    default:
      event satisfies never
  }
}

/** A host speaks. It is heard while its run is open (running, or unknown and now seen again), in no other case. */
function hear(state: RolloutState, event: HostEvent & { at: number }, effects: RolloutEffect[]): void {
  const host = hostAt(state, event.host)
  const open = host.phase === 'running' || host.phase === 'unknown'
  if (!open || host.attempt !== event.attempt || hasEnded(state.cursor.phase)) return
  if (event.kind === 'host-step') {
    if (host.phase === 'running') moveHost(state, event.host, { ...host, step: event.step, begun: true })
    return
  }
  const next = afterReport(state, host, event)
  moveHost(state, event.host, next)
  if (next.phase === 'queued') returnTo(state, state.lanes, event.host)
  if (isUnwell(next.phase)) spend(state, event.host, effects)
  else unforgive(state, event.host)
  advance(state, { at: event.at, effects })
}

type FinalReport = Exclude<HostEvent, { kind: 'host-step' }> & { at: number }

function afterReport(state: RolloutState, host: HostState, event: FinalReport): HostState {
  const { attempt, startedAt } = host
  const ended = { attempt, finishedAt: event.at, ...(startedAt !== undefined && { startedAt }) }
  // Unknown means begun and out of sight, also when the state was read from a store that keeps no `begun`.
  const begun = host.begun || host.phase === 'unknown'
  switch (event.kind) {
    case 'host-succeeded': {
      const { installed } = event
      // Success is what was read back, not what was reported (THREATS.md, invariant 8).
      if (installed === state.plan.work.release.id) return { ...ended, phase: 'succeeded', installed }
      return { ...ended, phase: 'failed', step: 'validate', signature: `read back \`${installed}\``, installed }
    }
    case 'host-failed':
      return { ...ended, phase: 'failed', step: event.step, signature: event.signature }
    case 'host-unreachable':
      if (!begun) return { ...ended, phase: 'unreachable', signature: event.signature }
      return { ...ended, phase: 'unknown', begun: true, signature: event.signature }
    case 'host-unknown':
      return { ...ended, phase: 'unknown', begun: true, signature: event.signature }
    case 'host-withdrawn':
      if (!begun || event.absent) return { phase: 'queued', attempt }
      return { ...ended, phase: 'unknown', begun: true, signature: 'out of sight' }
    default:
      return event satisfies never
  }
}

function spend(state: RolloutState, index: number, effects: RolloutEffect[]): void {
  if (state.cursor.phase !== 'running') return
  const reason = haltReason(state, state.plan.hosts[index]?.zone ?? 0)
  if (!reason) return
  state.cursor = { ...state.cursor, phase: 'halting', haltingTo: 'halted', halt: reason }
  effects.push({ kind: 'withdraw' })
}

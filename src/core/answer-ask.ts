// What a person asks of a rollout, in each phase: done, or refused with the reason.

import { advance, beginHalt, enterStage, type Turn } from './advance.ts'
import { missingApprovals, refusedApproval, withApproval } from './approval.ts'
import { forgiveAll, forgiveNone, unforgive } from './forgive.ts'
import { type Answer, type Ask, type Person, refused } from './intent.ts'
import { openLanes, returnTo } from './lane.ts'
import type { Release } from './release.ts'
import { type AskEvent, hasEnded, type RolloutEffect } from './rollout.ts'
import { hostAt, moveHost, type RolloutState } from './rollout-state.ts'
import { isUnwell } from './tally.ts'

export function answerAsk(state: RolloutState, event: AskEvent & { at: number }, effects: RolloutEffect[]): void {
  const later: RolloutEffect[] = []
  const answer = decide(state, event, { at: event.at, effects: later })
  effects.push({ kind: 'answer', id: event.id, answer }, ...later)
}

const ACCEPTED: Answer = { kind: 'accepted' }

function decide(state: RolloutState, event: AskEvent, turn: Turn): Answer {
  const { ask } = event
  switch (ask.kind) {
    case 'halt':
      return halt(state, event.by.name, turn)
    case 'resume':
      return state.cursor.phase === 'halted' ? resume(state, turn) : notNow(state, ask)
    case 'continue':
      return goOn(state, turn)
    case 'retry':
      return retry(state, turn)
    case 'abort':
      return abort(state, turn)
    case 'skip':
      return skip(state, ask.hostName, turn)
    case 'approve':
      return approve(state, { by: event.by, ask }, turn)
    default:
      return ask satisfies never
  }
}

function notNow(state: RolloutState, ask: Ask): Answer {
  return refused('not-possible-now', { ask: ask.kind, phase: state.cursor.phase })
}

/** Asked twice it is accepted twice: whoever stops something at night shall not read an error. */
function halt(state: RolloutState, by: string, turn: Turn): Answer {
  const { phase } = state.cursor
  if (hasEnded(phase)) return notNow(state, { kind: 'halt' })
  // Nothing has begun: halted it could be resumed, and nobody would have approved it.
  if (phase === 'unapproved') return abort(state, turn)
  if (phase !== 'halting' && phase !== 'halted') beginHalt(state, { halt: { kind: 'asked', by } }, turn)
  return ACCEPTED
}

/** Goes on with what never started. The failures so far are set aside: budgets count from here. */
function resume(state: RolloutState, turn: Turn): Answer {
  forgiveAll(state)
  run(state)
  advance(state, turn)
  return ACCEPTED
}

function run(state: RolloutState): void {
  const { halt: _, haltingTo: __, ...cursor } = state.cursor
  state.cursor = { ...cursor, phase: 'running' }
}

function goOn(state: RolloutState, turn: Turn): Answer {
  const { phase, stage } = state.cursor
  if (phase !== 'waiting' && phase !== 'baking') return notNow(state, { kind: 'continue' })
  if (phase === 'baking') turn.effects.push({ kind: 'clear-bake' })
  enterStage(state, stage + 1, turn)
  return ACCEPTED
}

/** Failed hosts get a new attempt; unknown ones are attached to again, because their attempt may have begun. */
function retry(state: RolloutState, turn: Turn): Answer {
  const { phase } = state.cursor
  if (phase !== 'halted' && phase !== 'failed') return notNow(state, { kind: 'retry' })
  if (phase === 'failed') state.lanes = openLanes(state)
  forgiveNone(state)
  run(state)
  state.hosts.forEach((host, index) => {
    if (host.phase === 'unknown') reattach(state, index, turn)
    else if (isUnwell(host.phase)) {
      moveHost(state, index, { phase: 'queued', attempt: host.attempt + 1 })
      returnTo(state, state.lanes, index)
    }
  })
  advance(state, turn)
  return ACCEPTED
}

function reattach(state: RolloutState, index: number, turn: Turn): void {
  const { attempt, startedAt } = hostAt(state, index)
  const since = startedAt ?? turn.at
  moveHost(state, index, { phase: 'running', attempt, begun: true, startedAt: since })
  turn.effects.push({ kind: 'run-host', host: index, attempt, mayBegin: true })
}

function abort(state: RolloutState, turn: Turn): Answer {
  if (hasEnded(state.cursor.phase)) return notNow(state, { kind: 'abort' })
  beginHalt(state, { haltingTo: 'aborted' }, turn)
  return ACCEPTED
}

type Approval = { by: Person; ask: Extract<Ask, { kind: 'approve' }> }

/** The last one that it needs lets it begin. The plan never changes, so the rollout is what was seen. */
function approve(state: RolloutState, { by, ask }: Approval, turn: Turn): Answer {
  const { phase, approvals } = state.cursor
  if (phase !== 'unapproved' || !approvals) return notNow(state, ask)
  const { release } = state.plan.work
  if (ask.release !== undefined && !isCalled(release, ask.release))
    return refused('other-release', { release: release.id, asked: ask.release })
  const no = refusedApproval(approvals, by)
  if (no) return no
  const now = withApproval(approvals, by, turn.at)
  if (now === approvals) return ACCEPTED
  state.cursor = { ...state.cursor, approvals: now }
  const missing = missingApprovals(now)
  turn.effects.push({ kind: 'record', fact: { kind: 'approved', by, missing } })
  if (missing === 0) enterStage(state, 0, turn)
  return ACCEPTED
}

/** By its name, or by as much of its commit as people copy. */
function isCalled({ id, commit }: Release, name: string): boolean {
  return name === id || (/^[0-9a-f]{7,40}$/.test(name) && commit?.startsWith(name) === true)
}

/** Takes a dead host out: it counts neither as out of service nor as a failure any more. */
function skip(state: RolloutState, hostName: string, turn: Turn): Answer {
  if (hasEnded(state.cursor.phase)) return notNow(state, { kind: 'skip', hostName })
  const index = state.plan.hosts.findIndex(({ host }) => host.name === hostName)
  if (index < 0) return refused('unknown-host', { host: hostName })
  const host = hostAt(state, index)
  if (host.phase === 'running') return refused('host-running', { host: hostName })
  if (host.phase === 'succeeded') return refused('not-possible-now', { ask: 'skip', phase: state.cursor.phase })
  if (host.phase !== 'skipped') moveHost(state, index, { phase: 'skipped', attempt: host.attempt, finishedAt: turn.at })
  unforgive(state, index)
  advance(state, turn)
  return ACCEPTED
}

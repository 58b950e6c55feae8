// Turns a batch of events into one commit: runs the state machine and notes everything that must be written.

import type { PlannedHost } from '../core/plan.ts'
import type { HostState, RolloutEffect, RolloutEvent } from '../core/rollout.ts'
import { hasEnded } from '../core/rollout.ts'
import { hostAt, type RolloutState } from '../core/rollout-state.ts'
import { transition } from '../core/transition.ts'
import type { Commit, HostLog, HostRecord, HostRelease, Ids } from './ports.ts'
import { extendTrail, type TrailEnd } from './trail.ts'

/** An event, and the log that came with it. */
export type Input = { event: RolloutEvent; log?: HostLog }

export type Batch = { commit: Commit; effects: RolloutEffect[]; trail: TrailEnd }

/** `rollout`, `epoch` and the end of the trail are the driver's; `state` is moved on. */
export function makeBatch(
  driver: { rollout: string; epoch: number; trail: TrailEnd; ids: Ids },
  state: RolloutState,
  inputs: readonly Input[],
): Batch {
  const notes: Notes = { effects: [], facts: [], logs: [], records: new Map(), closed: [], opened: [], answers: [] }
  for (const input of inputs) take(driver.rollout, state, input, notes)
  const hosts = [...state.dirty].map((index) => ({ index, state: hostAt(state, index) }))
  state.dirty.clear()
  const { entries, end } = extendTrail(driver.trail, notes.facts, driver.ids)
  const ended = hasEnded(state.cursor.phase)
  const commit: Commit = {
    rollout: driver.rollout,
    epoch: driver.epoch,
    cursor: state.cursor,
    ...(ended && { finishedAt: inputs.at(-1)?.event.at ?? 0 }),
    hosts,
    trail: entries,
    logs: notes.logs,
    records: [...notes.records.values()],
    releases: { closed: notes.closed, opened: notes.opened },
    answers: notes.answers,
  }
  return { commit, effects: notes.effects, trail: end }
}

type Notes = {
  effects: RolloutEffect[]
  facts: { at: number; kind: string; body: unknown }[]
  logs: { index: number; attempt: number; log: HostLog }[]
  records: Map<string, HostRecord>
  closed: { name: string; at: number }[]
  opened: HostRelease[]
  answers: Commit['answers'][number][]
}

function take(rollout: string, state: RolloutState, { event, log }: Input, notes: Notes): void {
  const before = 'host' in event ? state.hosts[event.host] : undefined
  const { effects } = transition(state, event)
  if (event.kind !== 'host-step') notes.facts.push({ at: event.at, kind: event.kind, body: bodyOf(event, state) })
  for (const effect of effects) {
    if (effect.kind === 'record') notes.facts.push({ at: event.at, kind: effect.fact.kind, body: effect.fact })
    else if (effect.kind === 'answer') notes.answers.push({ id: effect.id, answer: effect.answer })
    else notes.effects.push(effect)
  }
  if (!('host' in event)) return
  if (log) notes.logs.push({ index: event.host, attempt: event.attempt, log })
  const after = hostAt(state, event.host)
  const planned = state.plan.hosts[event.host]
  if (planned && after !== before && event.kind !== 'host-step')
    noteHost({ rollout, state, planned, after }, event.at, notes)
}

/** The trail names hosts, not indexes: it must be readable without the plan. */
function bodyOf(event: RolloutEvent, state: RolloutState): unknown {
  const { kind: _, at: __, ...body } = event
  return 'host' in body ? { ...body, host: state.plan.hosts[body.host]?.host.name } : body
}

type Noted = { rollout: string; state: RolloutState; planned: PlannedHost; after: HostState }

function noteHost({ rollout, state, planned, after }: Noted, at: number, notes: Notes): void {
  const { name } = planned.host
  const zone = state.plan.zones[planned.zone]?.name ?? ''
  const release = state.plan.work.release.id
  const seen = { name, zone, rollout, at }
  switch (after.phase) {
    case 'succeeded':
      notes.records.set(name, { ...seen, health: 'healthy', release })
      notes.closed.push({ name, at })
      notes.opened.push({ name, zone, release, rollout, from: at })
      return
    case 'failed':
      notes.records.set(name, { ...seen, health: 'failed' })
      if (!leftOldRunning(after)) notes.closed.push({ name, at })
      return
    case 'unreachable':
    case 'unknown':
      notes.records.set(name, { ...seen, health: after.phase })
      return
    case 'queued':
    case 'running':
    case 'skipped':
      return
    default:
      after.phase satisfies never
  }
}

/** A run that failed before `stop` has not touched what ran before. */
function leftOldRunning(host: HostState): boolean {
  return host.step === 'preflight' || host.step === 'fetch' || host.step === 'drain'
}

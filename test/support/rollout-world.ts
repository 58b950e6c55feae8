// The world that a rollout runs in, for simulations of the core: hosts with runs of their own, a session that may lose
// sight of them, people, timers and crashes. What happens next is read from a tape of numbers. It never judges.

import type { Ask } from '../../src/core/intent.ts'
import type { Plan } from '../../src/core/plan.ts'
import { recover } from '../../src/core/recover.ts'
import {
  type HostEvent,
  type HostState,
  hasEnded,
  type RolloutEffect,
  type RolloutEvent,
} from '../../src/core/rollout.ts'
import { newRollout, openRollout, type RolloutState } from '../../src/core/rollout-state.ts'
import { transition } from '../../src/core/transition.ts'
import { effectsInWords, eventInWords, hostsInWords } from './rollout-words.ts'

/** One run on a host, as the host itself knows it. */
type Run = { attempt: number; live: boolean; result: Report | undefined }
type Report = { kind: 'host-succeeded'; installed: string } | { kind: 'host-failed'; step: 'start'; signature: string }

/** A claim that the session works on. */
type Claim = { attempt: number; mayBegin: boolean; connected: boolean; withdrawn: boolean }

/** What one event did, for whoever judges. */
export type Turn = { event: RolloutEvent | { kind: 'taken-over' }; before: Snapshot; effects: readonly RolloutEffect[] }
export type Snapshot = { cursor: RolloutState['cursor']; hosts: readonly HostState[]; tally: RolloutState['tally'] }

export type World = {
  state: RolloutState
  readonly plan: Plan
  now: number
  readonly runs: Map<number, Run[]>
  readonly session: Map<number, Claim>
  bakes: number[]
  readonly history: RolloutEvent[]
  /** What happened, in words. */
  readonly story: string[]
  readonly judge: (world: World, turn: Turn) => void
}

export function openWorld(plan: Plan, judge: World['judge']): World {
  const state = newRollout(plan)
  return { state, plan, now: 1, runs: new Map(), session: new Map(), bakes: [], history: [], story: [], judge }
}

/** Takes what it chooses with from the front of the tape. */
export type Choose = (from: number) => number

export function live(world: World, choose: Choose): void {
  const dice = choose(100)
  if (dice < 2) takeOver(world)
  else if (dice < 12) speak(world, anyAsk(world, choose))
  else if (dice < 16) timer(world, choose)
  else if (dice < 20) repeat(world, choose)
  else if (dice < 23) endInTheDark(world, choose)
  else if (dice < 30) seeAgain(world, choose)
  else work(world, choose)
}

/** `performed` false: the process dies between the commit and the effects. */
export function tell(world: World, event: RolloutEvent, performed = true): void {
  const before = snapshot(world.state)
  const { state, effects } = transition(world.state, event)
  world.state = state
  world.now += 1
  world.history.push(event)
  note(world, eventInWords(world.plan, event), effects)
  world.judge(world, { event, before, effects })
  if (performed) perform(world, effects)
}

function perform(world: World, effects: readonly RolloutEffect[]): void {
  for (const effect of effects) {
    if (effect.kind === 'run-host') {
      const { attempt, mayBegin } = effect
      world.session.set(effect.host, { attempt, mayBegin, connected: false, withdrawn: false })
    } else if (effect.kind === 'withdraw') for (const claim of world.session.values()) claim.withdrawn = true
    else if (effect.kind === 'set-bake') world.bakes.push(effect.stage)
    else if (effect.kind === 'clear-bake') world.bakes = []
  }
  const { phase } = world.state.cursor
  // Nobody drives it any more: whoever does next opens a session of its own.
  if (hasEnded(phase) || ((phase === 'halted' || phase === 'waiting') && world.state.tally.running === 0))
    world.session.clear()
}

/** The process dies, and another one reads what is stored: not `begun`, which no store keeps. */
export function takeOver(world: World): void {
  const before = snapshot(world.state)
  const { cursor, hosts } = structuredClone(before)
  const stored = hosts.map(({ begun: _, ...host }) => host)
  world.state = openRollout(world.plan, cursor, stored)
  world.session.clear()
  world.bakes = []
  const effects = recover(world.state)
  note(world, 'taken over', effects)
  world.judge(world, { event: { kind: 'taken-over' }, before, effects })
  perform(world, effects)
}

function note({ story, state }: World, what: string, effects: readonly RolloutEffect[]): void {
  story.push(
    `${hostsInWords(state)} ${state.cursor.phase} ${state.cursor.stage}  ${what} -> ${effectsInWords(state, effects)}`,
  )
}

export function snapshot({ cursor, hosts, tally }: RolloutState): Snapshot {
  return structuredClone({ cursor, hosts, tally })
}

const ASKS = ['halt', 'resume', 'continue', 'retry', 'abort', 'skip', 'resume', 'continue', 'retry'] as const

function anyAsk(world: World, choose: Choose): Ask {
  const kind = ASKS[choose(ASKS.length)] ?? 'resume'
  // Abort ends it all: rarely.
  if (kind === 'abort' && choose(4) > 0) return { kind: 'halt' }
  return kind === 'skip' ? { kind, hostName: nameOf(world, choose(world.plan.hosts.length)) } : { kind }
}

function nameOf({ plan }: World, host: number): string {
  return plan.hosts[host]?.host.name ?? ''
}

export function speak(world: World, ask: Ask): void {
  tell(world, { kind: 'asked', id: `q${world.now}`, by: 'ada', ask, at: world.now })
}

/** A bake may end, the gates may open (again), and a timer of another stage may fire late. */
function timer(world: World, choose: Choose): void {
  if (choose(2) === 0) tell(world, { kind: 'gates-opened', at: world.now })
  else tell(world, { kind: 'bake-ended', stage: world.bakes.shift() ?? choose(3), at: world.now })
}

/** A report comes twice, or very late. Not a withdrawal of an attempt that was claimed again: the port forbids it. */
function repeat(world: World, choose: Choose): void {
  const event = world.history[choose(world.history.length)]
  if (!event || !('host' in event)) return
  const host = world.state.hosts[event.host]
  const open = host?.attempt === event.attempt && (host.phase === 'running' || host.phase === 'unknown')
  if (open && (event.kind === 'host-withdrawn' || event.kind === 'host-unreachable')) return
  tell(world, { ...event, at: world.now })
}

function runOf(world: World, host: number, attempt: number): Run | undefined {
  return world.runs.get(host)?.find((run) => run.attempt === attempt)
}

function begin(world: World, host: number, attempt: number): void {
  const runs = world.runs.get(host) ?? []
  if (runs.some((run) => run.live)) throw new Error(`two runs at once on ${nameOf(world, host)}`)
  if (runs.some((run) => run.attempt === attempt)) throw new Error(`attempt ${attempt} begun twice`)
  world.runs.set(host, [...runs, { attempt, live: true, result: undefined }])
}

function end(run: Run, choose: Choose): Report {
  const dice = choose(10)
  run.live = false
  if (dice < 6) run.result = { kind: 'host-succeeded', installed: 'r2' }
  else if (dice === 6) run.result = { kind: 'host-succeeded', installed: 'r1' }
  else run.result = { kind: 'host-failed', step: 'start', signature: 'start exited 1' }
  return run.result
}

/** A live run ends while nobody looks. */
function endInTheDark(world: World, choose: Choose): void {
  const running = [...world.runs.values()].flat().filter((run) => run.live)
  const run = running[choose(running.length)]
  if (run) end(run, choose)
}

/** An unknown host comes into sight without having been asked for; while the session works on it, only that speaks for it. */
function seeAgain(world: World, choose: Choose): void {
  const unknown = world.state.hosts.flatMap((host, index) =>
    host.phase === 'unknown' && !world.session.has(index) ? [index] : [],
  )
  const host = unknown[choose(unknown.length)]
  if (host === undefined) return
  const attempt = world.state.hosts[host]?.attempt ?? 1
  const run = runOf(world, host, attempt)
  if (run) {
    if (!run.live || choose(2) === 0) report(world, { host, attempt, ...(run.result ?? end(run, choose)) })
  } else report(world, { host, attempt, kind: 'host-withdrawn', absent: true })
}

/** The session does something for one of its claims. */
function work(world: World, choose: Choose): void {
  const claims = [...world.session.entries()]
  const [host, claim] = claims[choose(claims.length)] ?? []
  if (host === undefined || !claim) return
  const { attempt } = claim
  const unseen = claim.connected ? undefined : unconnected(world, host, claim, choose)
  if (unseen) close(world, { host, attempt, ...unseen })
  else workOn(world, host, claim, choose)
}

type Unseen = { kind: 'host-withdrawn'; absent: boolean } | { kind: 'host-unreachable'; signature: string }

/** Why the session does not even try. */
function unconnected(world: World, host: number, claim: Claim, choose: Choose): Unseen | undefined {
  if (claim.withdrawn) return { kind: 'host-withdrawn', absent: false }
  if (choose(8) === 0) return { kind: 'host-unreachable', signature: 'refused' }
  return claim.mayBegin || runOf(world, host, claim.attempt) ? undefined : { kind: 'host-withdrawn', absent: true }
}

function workOn(world: World, host: number, claim: Claim, choose: Choose): void {
  const id = { host, attempt: claim.attempt }
  claim.connected = true
  const run = runOf(world, host, claim.attempt)
  const dice = choose(8)
  if (!run) start(world, id, dice)
  else if (run.result) close(world, { ...id, ...run.result })
  else if (dice === 0) close(world, { ...id, kind: 'host-unknown', signature: 'cut' })
  else if (dice === 1) report(world, { ...id, kind: 'host-step', step: 'start' })
  else close(world, { ...id, ...end(run, choose) })
}

/** The connection may be lost before it is known whether the run was begun. */
function start(world: World, id: { host: number; attempt: number }, dice: number): void {
  if (dice !== 0) begin(world, id.host, id.attempt)
  if (dice < 2) close(world, { ...id, kind: 'host-unknown', signature: 'cut' })
  else if (dice < 5) report(world, { ...id, kind: 'host-step', step: 'preflight' })
}

function close(world: World, event: HostEvent): void {
  world.session.delete(event.host)
  report(world, event)
}

function report(world: World, event: HostEvent): void {
  tell(world, { ...event, at: world.now })
}

/** Hosts answer well, timers fire and people say what is asked of them, until the rollout ends. Answers the events it took. */
export function settle(world: World, limit: number): number {
  for (let events = 0; events < limit; events++) {
    const { phase } = world.state.cursor
    if (phase === 'succeeded' || phase === 'aborted' || phase === 'superseded') return events
    const [host] = world.session.keys()
    if (host !== undefined) answerWell(world, host)
    else advise(world)
  }
  return limit
}

function answerWell(world: World, host: number): void {
  const claim = world.session.get(host)
  if (!claim) return
  const id = { host, attempt: claim.attempt }
  const run = runOf(world, host, claim.attempt)
  if (run) close(world, { ...id, ...(run.result ?? end(run, () => 0)) })
  else if (claim.withdrawn) close(world, { ...id, kind: 'host-withdrawn', absent: false })
  else if (!claim.mayBegin) close(world, { ...id, kind: 'host-withdrawn', absent: true })
  else begin(world, host, claim.attempt)
}

function advise(world: World): void {
  const { phase, stage } = world.state.cursor
  if (phase === 'gated') tell(world, { kind: 'gates-opened', at: world.now })
  else if (phase === 'baking') endBake(world, stage)
  else if (phase === 'waiting') speak(world, { kind: 'continue' })
  else if (phase === 'halted' || phase === 'failed') speak(world, wayOn(world))
  else throw new Error(`${phase}, and nothing is in flight`)
}

function endBake(world: World, stage: number): void {
  if (!world.bakes.includes(stage)) throw new Error(`nobody set a timer for the bake of stage ${stage}`)
  world.bakes = world.bakes.filter((each) => each !== stage)
  tell(world, { kind: 'bake-ended', stage, at: world.now })
}

/** Failed hosts are mended and tried again; a host that was down before and holds the place of others is taken out. */
function wayOn(world: World): Ask {
  const { plan, state } = world
  const { halt } = state.cursor
  if (state.tally.unwell > 0) return { kind: 'retry' }
  if (halt?.kind !== 'no-room') return { kind: 'resume' }
  const dead = plan.hosts.find(
    ({ zone, down }, host) => down && plan.zones[zone]?.name === halt.zone && state.hosts[host]?.phase === 'queued',
  )
  return dead ? { kind: 'skip', hostName: dead.host.name } : { kind: 'resume' }
}

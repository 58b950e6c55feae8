// Drives one rollout: takes events, moves the state, commits, and only then acts. The only writer while its epoch lasts.

import { refused } from '../core/intent.ts'
import { recover } from '../core/recover.ts'
import { hasEnded, type RolloutEffect, type RolloutEvent } from '../core/rollout.ts'
import { openRollout, type RolloutState } from '../core/rollout-state.ts'
import { type Input, makeBatch } from './batch.ts'
import type { RolloutRecord } from './ports.ts'
import {
  type Clock,
  type Commit,
  DRIVEN,
  type HostReport,
  type Ids,
  type Remote,
  type RemoteSession,
  type Store,
} from './ports.ts'
import { extendTrail, type TrailEnd } from './trail.ts'

export type DriverDeps = {
  store: Store
  remote: Remote
  clock: Clock
  ids: Ids
  /** Called after every commit. The state must only be read, and only during the call. */
  changed: (rollout: string, state: RolloutState) => void
}

/** Letters of other processes are looked for this often; those of this process nudge. */
const LETTER_POLL_MS = 500
/** Events in one commit at most, so that no commit holds the event loop for long. */
const BATCH_EVENTS = 1_000
/**
 * After a commit the next one waits this many times as long as it took: under load the store then costs a small share of
 * the time, and each commit carries more. At most `COMMIT_GAP_MS`; the first event after a quiet time waits for nothing.
 */
const COMMIT_GAP = 4
const COMMIT_GAP_MS = 100
/** A commit of steps only may wait this long for better company. */
const STEPS_WAIT_MS = 200

export class Driver {
  readonly rollout: string
  readonly #deps: DriverDeps
  readonly #epoch: number
  readonly #state: RolloutState
  readonly #session: RemoteSession
  readonly #inbox: Input[] = []
  readonly #known = new Set<string>()
  #trail: TrailEnd
  /** What the last commit left in the store. */
  #stored: Pick<Commit, 'cursor' | 'finishedAt'>
  #lettersDue = true
  #stopped = false
  #leaving = false
  /** What may end the wait for more events before a commit. */
  #collecting: 'no' | 'until-other' | 'until-letter' = 'no'
  /** When the rest after the last commit is over. */
  #rested = 0
  #wake: () => void = () => {}
  #cancelBake: () => void = () => {}

  constructor(deps: DriverDeps, record: RolloutRecord, state: RolloutState) {
    this.#deps = deps
    this.rollout = record.id
    this.#epoch = record.epoch
    this.#trail = record.trail
    this.#stored = record
    this.#state = state
    this.#session = deps.remote.open(workOf(record, state), (reports) => this.#hear(reports))
  }

  /** Resolves when the rollout needs nobody for now: it ended, was halted, waits for a person, or was taken by another. */
  async run(): Promise<void> {
    const cancelPoll = this.#pollLetters()
    try {
      this.#resume()
      while (!this.#stopped) {
        await this.#readLetters()
        if (this.#inbox.length > 0) await this.#turn()
        else if (this.#leaving || (this.#isIdle() && !this.#lettersDue)) return
        else await this.#sleep()
      }
    } finally {
      cancelPoll()
      this.#cancelBake()
      this.#session.detach()
    }
  }

  /** There may be a letter. */
  nudge(): void {
    this.#lettersDue = true
    this.#wake()
  }

  /** Hands over in good order: commits what was heard, begins nothing, and lets go. Whoever drives next attaches. */
  leave(): void {
    this.#leaving = true
    this.#session.detach()
    this.#wake()
  }

  /** Lets go at once. What was begun on hosts goes on there; whoever drives next attaches to it. */
  stop(): void {
    this.#stopped = true
    this.#session.detach()
    this.#wake()
  }

  #resume(): void {
    this.#perform(recover(this.#state))
    if (this.#state.cursor.phase === 'gated') this.#put({ kind: 'gates-opened', at: this.#deps.clock.now() })
  }

  #hear(reports: readonly HostReport[]): void {
    const at = this.#deps.clock.now()
    for (const { log, ...event } of reports) this.#inbox.push({ event: { ...event, at }, ...(log && { log }) })
    const other = this.#collecting === 'until-other' && reports.some((report) => report.kind !== 'host-step')
    if (this.#collecting === 'no' || other || this.#allSpoke()) this.#wake()
  }

  /** Every host in flight has ended its run: nobody is left to wait for. */
  #allSpoke(): boolean {
    const ended = this.#inbox.reduce(
      (sum, { event }) => sum + ('host' in event && event.kind !== 'host-step' ? 1 : 0),
      0,
    )
    return ended >= this.#state.tally.running
  }

  #put(event: RolloutEvent): void {
    this.#inbox.push({ event })
    this.#wake()
  }

  async #readLetters(): Promise<void> {
    if (!this.#lettersDue) return
    this.#lettersDue = false
    const at = this.#deps.clock.now()
    const letters = (await this.#deps.store.letters(this.rollout)).filter(({ id }) => !this.#known.has(id))
    for (const { id } of letters) this.#known.add(id)
    this.#inbox.unshift(...letters.map(({ id, by, ask }): Input => ({ event: { kind: 'asked', id, by, ask, at } })))
    if (letters.length === 0 && DRIVEN.includes(this.#stored.cursor.phase) && !(await this.#isWanted())) this.stop()
  }

  /** Hosts may be silent for long: a driver that writes nothing finds out here that its rollout was superseded. */
  async #isWanted(): Promise<boolean> {
    const pending = await this.#deps.store.pending()
    return pending.some(({ id }) => id === this.rollout)
  }

  async #turn(): Promise<void> {
    await this.#collect()
    const inputs = this.#inbox.splice(0, BATCH_EVENTS)
    const batch = makeBatch({ ...this.#author(), trail: this.#trail }, this.#state, inputs)
    const outcome = await this.#commit(batch.commit)
    if (outcome === 'busy') await this.#refuse(batch.commit)
    if (outcome !== 'committed') return this.stop()
    this.#trail = batch.trail
    this.#stored = batch.commit
    if (!this.#stopped && !this.#leaving) this.#perform(batch.effects)
    this.#deps.changed(this.rollout, this.#state)
  }

  async #commit(commit: Commit): ReturnType<Store['commit']> {
    const { clock, store } = this.#deps
    const began = clock.monotonic()
    const outcome = await store.commit(commit)
    const ended = clock.monotonic()
    this.#rested = ended + Math.min(COMMIT_GAP_MS, COMMIT_GAP * (ended - began))
    return outcome
  }

  /** The rollout had ended, and its environment has another one by now: whoever asked it to go on is told so, and the trail too. */
  async #refuse({ answers, rollout, epoch, trail }: Commit): Promise<void> {
    const no = answers.map(({ id }) => ({ id, answer: refused('rollout-running', { rollout: 'another one' }) }))
    const letters = trail.filter(({ kind }) => kind === 'asked')
    const { entries } = extendTrail(this.#trail, letters, this.#deps.ids)
    const nothing = { hosts: [], logs: [], records: [], releases: { closed: [], opened: [] } }
    const { cursor, finishedAt } = this.#stored
    const as = { cursor, ...(finishedAt !== undefined && { finishedAt }) }
    await this.#deps.store.commit({ rollout, epoch, ...as, ...nothing, trail: entries, answers: no })
  }

  /** Waits for company while the last commit's rest lasts, or while there are only steps; a letter or `stop` ends the wait. */
  async #collect(): Promise<void> {
    const onlySteps = this.#inbox.every(({ event }) => event.kind === 'host-step')
    const waitMs = onlySteps ? STEPS_WAIT_MS : this.#rested - this.#deps.clock.monotonic()
    if (waitMs <= 0 || this.#leaving || this.#allSpoke()) return
    this.#collecting = onlySteps ? 'until-other' : 'until-letter'
    await this.#sleep(waitMs)
    this.#collecting = 'no'
    await this.#readLetters()
  }

  #author(): { rollout: string; epoch: number; ids: Ids } {
    return { rollout: this.rollout, epoch: this.#epoch, ids: this.#deps.ids }
  }

  #perform(effects: readonly RolloutEffect[]): void {
    const claims = effects.filter((effect) => effect.kind === 'run-host')
    if (claims.length > 0) this.#session.run(claims)
    for (const effect of effects) {
      if (effect.kind === 'withdraw') this.#session.withdraw()
      else if (effect.kind === 'clear-bake') this.#cancelBake()
      else if (effect.kind === 'set-bake') this.#bake(effect.stage, effect.dueAt)
    }
  }

  #bake(stage: number, dueAt: number): void {
    const { clock } = this.#deps
    const { after } = this.#state.plan.stages[stage] ?? {}
    // A wall clock that was set back must not make a bake longer than it was planned.
    const longest = after?.kind === 'bake' ? after.ms : 0
    const wait = Math.min(longest, Math.max(0, dueAt - clock.now()))
    this.#cancelBake = clock.after(wait, () => this.#put({ kind: 'bake-ended', stage, dueAt, at: clock.now() }))
  }

  #isIdle(): boolean {
    const { phase } = this.#state.cursor
    return hasEnded(phase) || (!DRIVEN.includes(phase) && this.#state.tally.running === 0)
  }

  #pollLetters(): () => void {
    let cancel = () => {}
    const next = () => {
      cancel = this.#deps.clock.after(LETTER_POLL_MS, () => {
        this.nudge()
        next()
      })
    }
    next()
    return () => cancel()
  }

  /** Until woken, or for at most `ms`. */
  #sleep(ms?: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = ms === undefined ? () => {} : this.#deps.clock.after(ms, () => this.#wake())
      this.#wake = () => {
        this.#wake = () => {}
        cancel()
        resolve()
      }
      if (this.#stopped || this.#leaving || this.#lettersDue) this.#wake()
    })
  }
}

function workOf(record: RolloutRecord, { plan }: RolloutState) {
  const hosts = plan.hosts.map(({ host, zone }) => ({ host, zone: plan.zones[zone]?.name ?? '' }))
  return { rollout: record.id, epoch: record.epoch, work: plan.work, hosts, preempt: plan.kind === 'rollback' }
}

/** Raises the epoch and reads what is stored; `undefined` when there is nothing to drive. */
export async function takeOver(deps: DriverDeps, rollout: string): Promise<Driver | undefined> {
  const taken = await deps.store.takeOver(rollout)
  if (!taken) return undefined
  const { record, hosts } = taken
  return new Driver(deps, record, openRollout(record.plan, record.cursor, hosts))
}

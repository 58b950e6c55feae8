// A session whose store and engine are in this process. It begins to drive only when something was asked that needs it:
// looking never starts anything.

import type { Answer, Refusal } from '../../../core/intent.ts'
import { refused } from '../../../core/intent.ts'
import { type RolloutReport, reportRollout } from '../../../core/report.ts'
import { asOf, whereabouts } from '../../../core/report-past.ts'
import { reportPlan } from '../../../core/report-plan.ts'
import { intentOfAsk, intentOfDeploy, noteRefusal } from '../../../engine/audit.ts'
import type { Started } from '../../../engine/engine.ts'
import type { DeployRequest } from '../../../engine/plan-deploy.ts'
import { DRIVEN } from '../../../engine/ports.ts'
import type { House } from '../wiring.ts'
import { followTarget } from './follow.ts'
import { readHosts } from './read-hosts.ts'
import { readLogs } from './read-logs.ts'
import { type Began, type PastRollout, type Session, type Target, wholeRequest } from './session.ts'

/** Where the work of a session that has the store itself is done. */
export type LocalPlace = Extract<Session['place'], { kind: 'local' | 'servers' }>

/** How often the mailbox is looked at before this process begins to drive. */
const POSTED_POLL_MS = 10
/** Of which the past is told at once. */
const MOST_COMMITS = 5_000

export class LocalSession implements Session {
  readonly place: LocalPlace
  readonly #house: House
  #started: Promise<void> | undefined

  constructor(house: House, place: LocalPlace) {
    this.#house = house
    this.place = place
  }

  /** Begins to drive; tried again when it failed. Never where servers do that. */
  start(): Promise<void> {
    if (this.place.kind === 'servers') return Promise.resolve()
    this.#started ??= this.#house.engine.start().catch((error: unknown) => {
      this.#started = undefined
      throw error
    })
    return this.#started
  }

  async targets(): Promise<Target[]> {
    const rollouts = await this.#house.store.rollouts({ limit: 1_000 })
    const targets = new Map(
      rollouts.map(({ application, environment }) => [
        JSON.stringify([application, environment]),
        { application, environment },
      ]),
    )
    return [...targets.values()]
  }

  async plan(order: Parameters<Session['plan']>[0]) {
    const request = wholeRequest(order)
    const plan = this.#unapprovable(request) ?? (await this.#house.engine.plan(request))
    return plan.kind === 'refused' ? plan : reportPlan(plan)
  }

  async deploy(order: Parameters<Session['deploy']>[0]) {
    const request = wholeRequest(order)
    const no = this.#unapprovable(request)
    if (no) return await noteRefusal(this.#house.store, intentOfDeploy(request), no)
    return await this.#began(await this.#house.engine.deploy(request))
  }

  /** The rollout in the way is superseded before this process begins to drive, so that it is not taken up again. */
  async rollback(order: Parameters<Session['rollback']>[0]) {
    return await this.#began(await this.#house.engine.rollback(order))
  }

  async ask({ target, by, ask }: Parameters<Session['ask']>[0]) {
    const [latest] = await this.#house.store.rollouts({ ...target, limit: 1 })
    if (!latest) {
      const none = refused('no-rollout', { environment: target.environment })
      return { answer: await noteRefusal(this.#house.store, intentOfAsk(target, { by, ask }), none) }
    }
    const mine = this.place.kind === 'local' && !this.#started
    if (mine && ask.kind === 'resume' && DRIVEN.includes(latest.cursor.phase)) {
      // Left in the middle by a process that is gone: to take it over is to resume it; a halt comes to its end first.
      const taken = await this.#house.engine.takeUp(latest.id, by)
      if (taken.kind === 'refused') return { answer: taken, rollout: latest.id }
      await this.start()
      if (latest.cursor.phase !== 'halting') return { answer: { kind: 'accepted' as const }, rollout: latest.id }
      await this.#house.engine.idle()
    }
    const answer = this.#house.engine.ask(latest.id, by, ask)
    await this.#posted(latest.id, answer)
    await this.start()
    return { answer: await answer, rollout: latest.id }
  }

  changeLock({ target, wish }: Parameters<Session['changeLock']>[0]) {
    return this.#house.engine.changeLock(target, wish)
  }

  async locks({ target }: Parameters<Session['locks']>[0]) {
    return (await this.#house.store.locks(target)).locks
  }

  audit({ target, limit }: Parameters<Session['audit']>[0]) {
    return this.#house.store.audit({ ...target, limit })
  }

  async status({ target, rollout }: Parameters<Session['status']>[0]): Promise<RolloutReport | undefined> {
    const { store } = this.#house
    const id = rollout ?? (await store.rollouts({ ...target, limit: 1 }))[0]?.id
    const record = id === undefined ? undefined : await store.rollout(id)
    return record && reportRollout({ ...record, hosts: await store.hosts(record.id) })
  }

  watch(target: Target, signal: AbortSignal) {
    return followTarget(this.#house, target, signal)
  }

  async history({ target, limit }: Parameters<Session['history']>[0]): Promise<PastRollout[]> {
    const rollouts = await this.#house.store.rollouts({ ...target, limit })
    const times = await this.#house.store.leadTimes({ ...target, limit: MOST_COMMITS })
    const timesOf = (id: string) => times.filter(({ rollout }) => rollout === id)
    return rollouts.map(({ id, kind, releaseId, cursor, requestedBy, reason, createdAt, finishedAt }) => ({
      ...{ rollout: id, kind, release: releaseId, phase: cursor.phase, requestedBy: requestedBy.name, createdAt },
      ...(reason !== undefined && { reason }),
      ...(finishedAt !== undefined && { finishedAt }),
      ...(cursor.halt && { halt: cursor.halt }),
      ...(timesOf(id).length > 0 && { leadTimes: timesOf(id) }),
    }))
  }

  async past({ target, at }: Parameters<Session['past']>[0]) {
    return asOf(await this.#house.store.releases(target.application, target.environment, { from: at, to: at }), at)
  }

  async where({ release }: Parameters<Session['where']>[0]) {
    return whereabouts(await this.#house.store.where(release))
  }

  hosts(input: Parameters<Session['hosts']>[0]) {
    return readHosts(this.#house, input)
  }

  log({ target, host }: Parameters<Session['log']>[0]) {
    return readLogs(this.#house.store, target, host)
  }

  idle(): Promise<void> {
    // On a shared store the engine's idleness would also wait for what other processes drive.
    return this.#started && this.place.kind === 'local' && this.place.alone
      ? this.#house.engine.idle()
      : Promise.resolve()
  }

  async close(): Promise<void> {
    if (this.#started) await this.#house.engine.stop()
    await this.#house.close()
  }

  /** A store in a directory is one user's: nobody else could approve what waits in it. */
  #unapprovable({ approvals }: DeployRequest): Refusal | undefined {
    const { place } = this
    return approvals && place.kind === 'local' && place.alone ? refused('no-approvers') : undefined
  }

  async #began(started: Started | Refusal): Promise<Began | Refusal> {
    if (started.kind === 'refused') return started
    await this.start()
    return { ...started, plan: reportPlan(started.plan) }
  }

  /** A rollout without a driver must find the letter in its mailbox before it is driven: a `halt` comes before new claims. */
  async #posted(rollout: string, answer: Promise<Answer>): Promise<void> {
    const { store, clock } = this.#house
    let answered = false
    const done = answer.finally(() => {
      answered = true
    })
    done.catch(() => {})
    while (!answered && (await store.letters(rollout)).length === 0)
      await new Promise<void>((resolve) => clock.after(POSTED_POLL_MS, resolve))
  }
}

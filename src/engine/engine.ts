// The engine as its doors see it: start a rollout, take it back, ask something of one, and drive whatever needs driving.

import { type Answer, type Ask, type Person, type Refusal, refused } from '../core/intent.ts'
import type { Plan } from '../core/plan.ts'
import { hasEnded } from '../core/rollout.ts'
import type { RolloutState } from '../core/rollout-state.ts'
import { type Driver, takeOver } from './driver.ts'
import { type DeployRequest, planDeploy } from './plan-deploy.ts'
import { planRollback, type RollbackRequest } from './plan-rollback.ts'
import type { Clock, Ids, Jobs, NewRollout, Remote, RolloutRecord, Store } from './ports.ts'
import { rolloutWake } from './ports.ts'
import { EMPTY_TRAIL, extendTrail } from './trail.ts'

export type EngineDeps = {
  store: Store
  jobs: Jobs
  remote: Remote
  clock: Clock
  ids: Ids
  /** true: `remote` reaches the hosts of zones that name a runner. */
  runners?: boolean
  /** A drive failed and will be tried again; the rollout stays as it was committed. */
  failed: (rollout: string, error: unknown) => void
}

export type Started = { kind: 'started'; rollout: string; plan: Plan }

/** Called after each commit with the state as it is then; it must only be read, and only during the call. */
export type Watcher = (rollout: string, state: RolloutState) => void

/** How often an answer is looked for, and how long before the asker is told that nobody drives the rollout. */
const ANSWER_POLL_MS = 50
const ANSWER_WAIT_MS = 15_000

export class Engine {
  readonly #deps: EngineDeps
  readonly #drivers = new Map<string, Driver>()
  readonly #watchers = new Set<Watcher>()
  #stopping = false

  constructor(deps: EngineDeps) {
    this.#deps = deps
  }

  /** Begins to drive: every rollout that was left in the middle, and every one that is started from now on. */
  start(): Promise<void> {
    return this.#deps.jobs.start((rollout, signal) => this.#drive(rollout, signal))
  }

  /** Hands every rollout over, with all that was heard of it. Recipes already begun on hosts go on there. */
  async stop(): Promise<void> {
    this.#stopping = true
    for (const driver of this.#drivers.values()) driver.leave()
    await this.#deps.jobs.stop()
  }

  /** Rollouts that this process drives now. */
  get driving(): string[] {
    return [...this.#drivers.keys()]
  }

  watch(watcher: Watcher): () => void {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  /** What a deploy would do now; nothing is stored. */
  plan(request: DeployRequest): Promise<Plan | Refusal> {
    return planDeploy(this.#deps, request)
  }

  async deploy(request: DeployRequest): Promise<Started | Refusal> {
    const plan = await planDeploy(this.#deps, request)
    if (plan.kind === 'refused') return plan
    if (request.approvedDigest && request.approvedDigest !== plan.digest) return refused('plan-changed')
    return this.#create(plan, request)
  }

  /**
   * Pre-empts whatever runs in the environment, and goes back. Only the target is decided before the running rollout is
   * superseded: from then on its driver can write nothing, and the plan is made from a record that no longer moves.
   */
  async rollback(request: RollbackRequest): Promise<Started | Refusal> {
    const plan = await planRollback(this.#deps, request, async (running) => {
      await this.#deps.store.supersede(running, this.#deps.clock.now())
      this.#drivers.get(running)?.stop()
    })
    return plan.kind === 'refused' ? plan : this.#create(plan, request)
  }

  /** Puts the ask into the rollout's mailbox and waits for the driver's answer. */
  async ask(rollout: string, by: Person, ask: Ask): Promise<Answer> {
    const { store, jobs, ids, clock } = this.#deps
    const record = await store.rollout(rollout)
    if (!record) return refused('no-rollout')
    const no = await this.#neverPossible(record, ask)
    if (no) return no
    const letter = { id: ids.next(), rollout, by, ask, at: clock.now() }
    await store.post(letter)
    await jobs.wake(rolloutWake(record))
    this.#drivers.get(rollout)?.nudge()
    return this.#answerTo(letter.id)
  }

  /**
   * What has ended stays as it is, but for the retry of a failed rollout; and that only while it is its environment's
   * newest, or it would take its hosts back to an older release.
   */
  async #neverPossible(record: RolloutRecord, ask: Ask): Promise<Refusal | undefined> {
    const { application, environment, cursor } = record
    if (!hasEnded(cursor.phase)) return undefined
    const [newest] = await this.#deps.store.rollouts({ application, environment, limit: 1 })
    const mayRetry = ask.kind === 'retry' && cursor.phase === 'failed' && newest?.id === record.id
    return mayRetry ? undefined : refused('not-possible-now', { ask: ask.kind, phase: cursor.phase })
  }

  /** Resolves when this process drives nothing and nothing waits to be driven. */
  async idle(): Promise<void> {
    const { store, clock } = this.#deps
    while (this.#drivers.size > 0 || (await store.pending()).length > 0)
      await new Promise<void>((resolve) => clock.after(ANSWER_POLL_MS, resolve))
  }

  async #answerTo(letter: string): Promise<Answer> {
    const { store, clock } = this.#deps
    const expired = { now: false }
    const cancel = clock.after(ANSWER_WAIT_MS, () => {
      expired.now = true
    })
    for (;;) {
      const answer = await store.answer(letter)
      if (answer || expired.now) cancel()
      if (answer) return answer
      if (expired.now) return refused('no-answer', { seconds: ANSWER_WAIT_MS / 1000 })
      await new Promise<void>((resolve) => clock.after(ANSWER_POLL_MS, resolve))
    }
  }

  async #create(plan: Plan, { by, reason }: { by: Person; reason?: string }): Promise<Started | Refusal> {
    const { store, jobs, ids, clock } = this.#deps
    const id = ids.next()
    const createdAt = clock.now()
    const { application, environment, release } = plan.work
    const body = { by, reason, kind: plan.kind, release: release.id, digest: plan.digest }
    const { entries, end } = extendTrail(EMPTY_TRAIL, [{ at: createdAt, kind: 'requested', body }], ids)
    const zones = plan.zones.map(() => 0)
    const rollout: NewRollout = {
      ...{ id, kind: plan.kind, application, environment, releaseId: release.id, plan },
      cursor: { phase: 'gated', stage: 0, forgiven: { fleet: 0, stage: 0, zones } },
      ...{ requestedBy: by, createdAt, trail: end },
      ...(reason !== undefined && { reason }),
    }
    const created = await store.create(rollout, entries)
    if (created.kind === 'busy') return refused('rollout-running', { rollout: created.rollout })
    await jobs.wake(rolloutWake(rollout))
    return { kind: 'started', rollout: id, plan }
  }

  async #drive(rollout: string, signal: AbortSignal): Promise<void> {
    const changed: Watcher = (id, state) => {
      for (const watcher of this.#watchers) watcher(id, state)
    }
    try {
      const driver = await takeOver({ ...this.#deps, changed }, rollout)
      if (!driver) return
      this.#drivers.set(rollout, driver)
      const letGo = () => (this.#stopping ? driver.leave() : driver.stop())
      signal.addEventListener('abort', letGo, { once: true })
      if (signal.aborted) letGo()
      await driver.run()
    } catch (error) {
      this.#deps.failed(rollout, error)
      throw error
    } finally {
      this.#drivers.delete(rollout)
    }
  }
}

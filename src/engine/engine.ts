// The engine as its doors see it: start a rollout, take it back, ask something of one, and drive whatever needs driving.

import { outcomeOf } from '../core/audit.ts'
import { type Answer, type Ask, type Person, type Refusal, refused } from '../core/intent.ts'
import { type LockOutcome, type LockWish, lockHeld } from '../core/lock.ts'
import type { Plan } from '../core/plan.ts'
import { hasEnded } from '../core/rollout.ts'
import { firstCursor, type RolloutState } from '../core/rollout-state.ts'
import { intentOfAsk, intentOfDeploy, intentOfRollback, noteRefusal } from './audit.ts'
import { type Driver, takeOver } from './driver.ts'
import { Inbox } from './inbox.ts'
import { lockedOut } from './locked-out.ts'
import { type DeployRequest, planDeploy } from './plan-deploy.ts'
import { planRollback, type RollbackRequest } from './plan-rollback.ts'
import type { Clock, Ids, Jobs, NewRollout, Remote, RolloutRecord, Store } from './ports.ts'
import { rolloutWake } from './ports.ts'
import type { Artefacts } from './ports-artefacts.ts'
import type { Handlers, InboxMessage, InboxStore, Received } from './ports-inbox.ts'
import type { Place } from './ports-locks.ts'
import type { ProjectionStore, Surface } from './ports-outside.ts'
import { Projector } from './projector.ts'
import { EMPTY_TRAIL, extendTrail } from './trail.ts'

export type EngineDeps = {
  store: Store
  jobs: Jobs
  remote: Remote
  clock: Clock
  ids: Ids
  /** true: `remote` reaches the hosts of zones that name a runner. */
  runners?: boolean
  /** On a shared store: a release's file is kept there before any rollout needs it. */
  artefacts?: Artefacts
  /** Doors other than the terminal: what arrives at them, and who handles it. */
  inbox?: { store: InboxStore; jobs: Jobs; handlers: (engine: Engine) => Handlers }
  /** Where rollouts are told of. */
  projections?: { store: ProjectionStore; jobs: Jobs; surfaces: readonly Surface[] }
  /**
   * A drive failed, the handling of a message or a projection, as its id says. It will be tried again; the rollout stays as
   * it was committed.
   */
  failed: (rollout: string, error: unknown) => void
}

export type Started = { kind: 'started'; rollout: string; plan: Plan }

/** Called after each commit with the state as it is then; it must only be read, and only during the call. */
export type Watcher = (rollout: string, state: RolloutState) => void

/** How often an answer is looked for, and how long before the asker is told that nobody drives the rollout. */
const ANSWER_POLL_MS = 50
const ANSWER_WAIT_MS = 15_000
/** How often a plan is made at most while its environment moves on under it. */
const PLANS = 20

type Asked = Pick<DeployRequest, 'by' | 'reason' | 'intent' | 'origin' | 'automatic' | 'authors'>

export class Engine {
  readonly #deps: EngineDeps
  readonly #drivers = new Map<string, Driver>()
  readonly #watchers = new Set<Watcher>()
  readonly #inbox: Inbox | undefined
  readonly #projector: Projector | undefined
  #stopping = false

  constructor(deps: EngineDeps) {
    this.#deps = deps
    const { inbox, projections } = deps
    this.#inbox = inbox && new Inbox({ ...deps, ...inbox, handlers: inbox.handlers(this) })
    this.#projector =
      projections && new Projector({ ...deps, ...projections, store: deps.store, projections: projections.store })
  }

  /** Begins to drive: every rollout that was left in the middle, and every one that is started from now on. */
  async start(): Promise<void> {
    await this.#deps.jobs.start((rollout, signal) => this.#drive(rollout, signal))
    await this.#projector?.start()
    await this.#inbox?.start()
  }

  /** Hands every rollout over, with all that was heard of it. Recipes already begun on hosts go on there. */
  async stop(): Promise<void> {
    this.#stopping = true
    for (const driver of this.#drivers.values()) driver.leave()
    await Promise.all([this.#deps.jobs.stop(), this.#inbox?.stop(), this.#projector?.stop()])
  }

  /** For doors: when it returns, the message is committed and may be acknowledged, unless it was refused. */
  receive(message: InboxMessage): Promise<Received> {
    if (!this.#inbox) return Promise.reject(new Error('This engine was made without an inbox'))
    return this.#inbox.receive(message)
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

  /** With an intent that has caused a rollout already, that one is the answer. */
  async deploy(request: DeployRequest): Promise<Started | Refusal> {
    const caused = await this.#causedBy(request.intent)
    if (caused) return caused
    const outcome = await this.#carryOut(request.work, request, () => this.#planApproved(request))
    return noteRefusal(this.#deps.store, intentOfDeploy(request), outcome)
  }

  async #planApproved(request: DeployRequest): Promise<Plan | Refusal> {
    const plan = await planDeploy(this.#deps, request)
    if (plan.kind === 'refused') return plan
    if (request.approvedDigest && request.approvedDigest !== plan.digest) return refused('plan-changed')
    await this.#deps.artefacts?.keep(request.work.release.artefact)
    return plan
  }

  /** A plan is carried out on what it was made from: when the environment moved on meanwhile, it is made again. */
  async #carryOut(of: Place, request: Asked, plan: () => Promise<Plan | Refusal>): Promise<Started | Refusal> {
    for (let times = 0; times < PLANS; times++) {
      const version = await this.#deps.store.version(of)
      const planned = await plan()
      if (planned.kind === 'refused') return planned
      const outcome = await this.#create(planned, { ...request, version })
      if (outcome.kind !== 'moved') return outcome
    }
    return refused('plan-changed')
  }

  /**
   * Pre-empts whatever runs in the environment, and goes back. Only the target is decided before the running rollout is
   * superseded: from then on its driver can write nothing, and the plan is made from a record that no longer moves.
   * With an intent that has caused a rollout already, that one is the answer.
   */
  async rollback(request: RollbackRequest): Promise<Started | Refusal> {
    const caused = await this.#causedBy(request.intent)
    if (caused) return caused
    const supersede = async (running: string) => {
      await this.#deps.store.supersede(running, this.#deps.clock.now())
      this.#drivers.get(running)?.stop()
    }
    const outcome = await this.#carryOut(request, request, () => planRollback(this.#deps, request, supersede))
    return noteRefusal(this.#deps.store, intentOfRollback(request), outcome)
  }

  /** Takes, extends, waits for, opens or steals an environment's lock. */
  changeLock(place: Place, wish: LockWish): Promise<LockOutcome> {
    return this.#deps.store.changeLock(place, wish)
  }

  /** Puts the ask into the rollout's mailbox and waits for the driver's answer. */
  ask(rollout: string, by: Person, ask: Ask): Promise<Answer> {
    return this.askOnce(this.#deps.ids.next(), { rollout, by, ask })
  }

  /** As `ask`; asked again with the same intent, it answers what was answered. */
  async askOnce(intent: string, { rollout, by, ask }: { rollout: string; by: Person; ask: Ask }): Promise<Answer> {
    const { store, clock } = this.#deps
    const answered = await store.answer(intent)
    if (answered) return answered
    const record = await store.rollout(rollout)
    const place = record ?? { application: '', environment: '' }
    const noted = (answer: Answer) => noteRefusal(store, intentOfAsk(place, { by, ask, rollout, intent }), answer)
    if (!record) return noted(refused('no-rollout'))
    const no = (await this.#neverPossible(record, ask)) ?? (await lockedOut(store, record, { by, ask }))
    if (no) return noted(no)
    const letter = { id: intent, rollout, by, ask, at: clock.now() }
    await store.post(letter)
    await this.#wake(record)
    this.#drivers.get(rollout)?.nudge()
    const answer = await this.#answerTo(letter.id)
    return answer.kind === 'refused' && answer.reason === 'no-answer' ? noted(answer) : answer
  }

  /**
   * For whoever is about to drive a rollout that nobody drives any more: to take it up is to resume it, without a letter.
   */
  async takeUp(rollout: string, by: Person): Promise<Answer> {
    const { store } = this.#deps
    const record = await store.rollout(rollout)
    if (!record) return refused('no-rollout')
    const ask = { kind: 'resume' } as const
    const answer: Answer = (await lockedOut(store, record, { by, ask })) ?? { kind: 'accepted' }
    await store.note({ ...intentOfAsk(record, { by, ask, rollout }), outcome: outcomeOf(answer) })
    return answer
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

  async #causedBy(intent: string | undefined): Promise<Started | undefined> {
    const caused = intent === undefined ? undefined : await this.#deps.store.causedBy(intent)
    return caused && { kind: 'started', rollout: caused.id, plan: caused.plan }
  }

  async #create(
    plan: Plan,
    { by, reason, intent, origin, automatic, authors, version }: Asked & { version: string },
  ): Promise<Started | Refusal | { kind: 'moved' }> {
    const { store, ids, clock } = this.#deps
    const id = ids.next()
    const createdAt = clock.now()
    const { application, environment, release } = plan.work
    const body = { by, reason, intent, kind: plan.kind, release: release.id, digest: plan.digest }
    const { entries, end } = extendTrail(EMPTY_TRAIL, [{ at: createdAt, kind: 'requested', body }], ids)
    const asked = { by, ...(automatic && { automatic }), ...(authors && { authors }) }
    const rollout: NewRollout = {
      ...{ id, kind: plan.kind, application, environment, releaseId: release.id, plan },
      cursor: firstCursor(plan, asked),
      ...{ requestedBy: by, createdAt, trail: end },
      ...(reason !== undefined && { reason }),
      ...(intent !== undefined && { intent }),
      ...(origin && { origin }),
      ...(automatic && { automatic }),
      version,
    }
    const created = await store.create(rollout, entries)
    if (created.kind === 'moved') return { kind: 'moved' }
    // A rollback gives way to nothing: what came first meanwhile is what it takes back.
    if (created.kind === 'busy' && plan.kind === 'rollback') return { kind: 'moved' }
    if (created.kind === 'busy') return refused('rollout-running', { rollout: created.rollout })
    if (created.kind === 'locked') return lockHeld(created.lock, created.now)
    if (created.kind === 'repeated') return (await this.#causedBy(intent)) ?? refused('no-rollout')
    await this.#wake(rollout)
    return { kind: 'started', rollout: id, plan }
  }

  /** What is committed is pending, and found without it: a wake that fails must not make it look refused. */
  async #wake(rollout: Pick<RolloutRecord, 'id' | 'application' | 'environment'>): Promise<void> {
    await this.#deps.jobs.wake(rolloutWake(rollout)).catch((error: unknown) => this.#deps.failed(rollout.id, error))
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

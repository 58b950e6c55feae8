// A process's sight of the fake hosts: it dials, begins or attaches, and reports. It decides nothing that the hosts decide.

import type { Step } from '../../src/core/recipe.ts'
import type { Claim, Clock, HostReport, RemoteSession, RolloutWork } from '../../src/engine/ports.ts'
import {
  type Behaviour,
  type Deed,
  end,
  type FakeHost,
  finish,
  INTERRUPTED,
  type Result,
  type Run,
} from './fake-host.ts'
import type { FakeRemote } from './fake-remote.ts'

const STEP_MS = 10
const STEPS: readonly Step[] = ['switch', 'start', 'validate']
const BUSY_MS = 50

type Job = { claim: Claim; name: string; key: string; behaviour: Behaviour; since: number; closed: boolean }
type Place = { remote: FakeRemote; clock: Clock; hostClock: Clock }

export class FakeSession implements RemoteSession {
  readonly #remote: FakeRemote
  readonly #clock: Clock
  readonly #hostClock: Clock
  readonly #work: RolloutWork
  readonly #listen: (reports: readonly HostReport[]) => void
  readonly #dialling = new Set<Job>()
  /** By host: when the last of its reports arrives. */
  readonly #arrivals = new Map<number, number>()
  /** What arrives at the same moment is heard together. */
  readonly #mail = new Map<number, HostReport[]>()
  #detached = false

  constructor(place: Place, work: RolloutWork, listen: (reports: readonly HostReport[]) => void) {
    this.#remote = place.remote
    this.#clock = place.clock
    this.#hostClock = place.hostClock
    this.#work = work
    this.#listen = listen
  }

  run(claims: readonly Claim[]): void {
    for (const claim of claims) {
      const name = this.#work.hosts[claim.host]?.host.name ?? ''
      const { rollout } = this.#work
      const asked = { host: name, attempt: claim.attempt, release: this.#work.work.release.id, rollout }
      const key = `${rollout}/${claim.attempt}`
      const job: Job = { claim, name, key, behaviour: this.#remote.behave(asked), since: 0, closed: false }
      this.#dialling.add(job)
      this.#clock.after(this.#remote.weather.dialMs(name), () => this.#arrive(job))
    }
  }

  withdraw(): void {
    for (const job of this.#dialling) this.#report(job, { kind: 'host-withdrawn', absent: false })
    this.#dialling.clear()
  }

  detach(): void {
    this.#detached = true
  }

  #report({ claim }: Job, report: DistributiveOmit<HostReport, 'host' | 'attempt'>): void {
    const { host, attempt } = claim
    const full = { host, attempt, ...report }
    const now = this.#clock.monotonic()
    this.#remote.weather.travelMs(full).forEach((ms, copy) => {
      const at = copy === 0 ? Math.max(now + ms, this.#arrivals.get(host) ?? 0) : now + ms
      if (copy === 0) this.#arrivals.set(host, at)
      this.#send(full, at)
    })
  }

  #send(report: HostReport, at: number): void {
    const together = this.#mail.get(at)
    if (together) together.push(report)
    else {
      this.#mail.set(at, [report])
      this.#clock.after(at - this.#clock.monotonic(), () => this.#deliver(at))
    }
  }

  #deliver(at: number): void {
    const reports = this.#mail.get(at) ?? []
    this.#mail.delete(at)
    if (!this.#detached) this.#listen(reports)
  }

  /** The last that is said of a run: what happens to it later is not seen through this claim. */
  #lose(job: Job, signature: string): void {
    if (job.closed) return
    job.closed = true
    this.#report(job, { kind: 'host-unknown', signature })
  }

  #note(job: Job, what: Deed['what'], run = job.key): void {
    this.#remote.note({ host: job.name, what, run, epoch: this.#work.epoch, since: job.since })
  }

  /** The connection stands: from here on the claim is not given back. */
  #arrive(job: Job): void {
    if (this.#detached || !this.#dialling.delete(job)) return
    const host = this.#remote.host(job.name)
    const run = host.runs.get(job.key)
    job.since = this.#clock.monotonic()
    if (job.behaviour === 'unreachable' || !host.up)
      this.#report(job, { kind: 'host-unreachable', signature: 'refused' })
    else if (this.#isFenced(job, host)) this.#report(job, { kind: 'host-unknown', signature: 'fenced' })
    else if (run) this.#attach(job, run)
    else if (!job.claim.mayBegin) this.#report(job, { kind: 'host-withdrawn', absent: true })
    else this.#begin(job, host)
  }

  /** A host heeds the newest epoch that it has seen, and refuses older ones. */
  #isFenced(job: Job, host: FakeHost): boolean {
    if (this.#work.epoch < host.fence) this.#note(job, 'refused')
    else host.fence = this.#work.epoch
    return this.#work.epoch < host.fence
  }

  #attach(job: Job, run: Run): void {
    this.#note(job, 'attached')
    if (run.result) this.#tell(job, run, run.result)
    else this.#watch(job, run)
  }

  #watch(job: Job, run: Run): void {
    run.waiting.push({ tell: (result) => this.#tell(job, run, result), lose: () => this.#lose(job, 'cut') })
    const { deadlineMs } = this.#remote.weather
    if (Number.isFinite(deadlineMs)) this.#clock.after(deadlineMs, () => run.live && this.#lose(job, 'deadline'))
  }

  #tell(job: Job, run: Run, result: Result): void {
    if (job.closed) return
    this.#report(job, { ...result, log: { head: `log of ${run.key} on ${job.name}`, tail: '', cutBytes: 0 } })
  }

  /** One recipe at a time on a host: an older rollout's is stopped on a rollback, else waited for. */
  #begin(job: Job, host: FakeHost): void {
    const other = [...host.runs.values()].find(({ live }) => live)
    if (other && !this.#work.preempt) {
      this.#clock.after(BUSY_MS, () => this.#detached || this.#beginAfter(job, host))
      return
    }
    if (other) {
      this.#note(job, 'stopped', other.key)
      end(other, INTERRUPTED)
    }
    const run: Run = { key: job.key, live: true, waiting: [] }
    host.runs.set(job.key, run)
    this.#note(job, 'began')
    this.#carryOut(job, run, host)
  }

  /** Somebody newer may have come meanwhile, or the machine is gone. */
  #beginAfter(job: Job, host: FakeHost): void {
    const run = host.runs.get(job.key)
    if (!host.up) this.#lose(job, 'cut')
    else if (this.#isFenced(job, host)) this.#lose(job, 'fenced')
    else if (run) this.#attach(job, run)
    else this.#begin(job, host)
  }

  #carryOut(job: Job, run: Run, host: FakeHost): void {
    const { behaviour } = job
    STEPS.forEach((step, index) => {
      if (behaviour !== 'unknown' || index === 0)
        this.#hostClock.after(
          index * STEP_MS,
          () => run.live && !job.closed && this.#report(job, { kind: 'host-step', step }),
        )
    })
    if (behaviour === 'unknown') this.#hostClock.after(STEP_MS, () => this.#lose(job, 'cut'))
    else this.#watch(job, run)
    if (behaviour === 'hang') return
    const ms = typeof behaviour === 'object' ? behaviour.ms : STEPS.length * STEP_MS
    this.#hostClock.after(ms, () => {
      run.due = () => finish(run, host, behaviour, this.#work.work.release.id)
      if (!host.frozen) run.due()
    })
  }
}

type DistributiveOmit<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never

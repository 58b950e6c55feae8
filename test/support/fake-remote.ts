// The port `Remote` in memory: hosts with a fence, with runs that begin at most once an attempt and go on without anybody
// looking, and with a behaviour that the test decides. It keeps a journal of what happened on the hosts themselves.

import type { Host } from '../../src/core/fleet.ts'
import type { Step } from '../../src/core/recipe.ts'
import type {
  Claim,
  Clock,
  HostReading,
  HostReport,
  Remote,
  RemoteSession,
  RolloutWork,
} from '../../src/engine/ports.ts'

/**
 * `unknown`: begins, is lost from sight, and ends well in the dark. `hang`: begins and never ends. `lie`: ends well, and is
 * read back at another release. `slow`: takes `ms` from its beginning to its end.
 */
export type Behaviour = 'ok' | 'fail' | 'unreachable' | 'unknown' | 'hang' | 'lie' | { kind: 'slow'; ms: number }

export type Asked = { host: string; attempt: number; release: string; rollout: string }

/** What a host did, in its own words. */
export type Deed = { at: number; host: string; what: 'began' | 'attached' | 'refused' | 'stopped'; run: string }

type Result = { kind: 'host-succeeded'; installed: string } | { kind: 'host-failed'; step: Step; signature: string }
type Run = { key: string; live: boolean; result?: Result; waiting: ((result: Result) => void)[] }
type FakeHost = { fence: number; runs: Map<string, Run>; installed?: string }

const DIAL_MS = 10
const STEP_MS = 10
const STEPS: readonly Step[] = ['switch', 'start', 'validate']
const BUSY_MS = 50
const FAILED: Result = { kind: 'host-failed', step: 'start', signature: 'start exited 1' }

export class FakeRemote implements Remote {
  readonly journal: Deed[] = []
  behave: (asked: Asked) => Behaviour = () => 'ok'
  readonly #clock: Clock
  readonly #hosts = new Map<string, FakeHost>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  open(work: RolloutWork, listen: (reports: readonly HostReport[]) => void): RemoteSession {
    return new FakeSession(this, this.#clock, work, listen)
  }

  async probe(hosts: readonly Host[]): Promise<HostReading[]> {
    return hosts.map(({ name }) => {
      const { installed } = this.host(name)
      return { kind: 'read', ...(installed !== undefined && { installed, current: installed, live: installed }) }
    })
  }

  async close(): Promise<void> {}

  /** How often each run was begun: `r1/1 a1` → 1. */
  begins(): Map<string, number> {
    const counts = new Map<string, number>()
    for (const { host, what, run } of this.journal)
      if (what === 'began') counts.set(`${run} ${host}`, (counts.get(`${run} ${host}`) ?? 0) + 1)
    return counts
  }

  /** The hosts in the order in which they began runs of a rollout. */
  order(rollout: string): string[] {
    return this.journal
      .filter(({ what, run }) => what === 'began' && run.startsWith(`${rollout}/`))
      .map(({ host }) => host)
  }

  installed(host: string): string | undefined {
    return this.host(host).installed
  }

  host(name: string): FakeHost {
    const host = this.#hosts.get(name) ?? { fence: 0, runs: new Map() }
    this.#hosts.set(name, host)
    return host
  }

  note(host: string, what: Deed['what'], run: string): void {
    this.journal.push({ at: this.#clock.now(), host, what, run })
  }
}

type Job = { claim: Claim; name: string; key: string; behaviour: Behaviour; withdrawn: boolean }

class FakeSession implements RemoteSession {
  readonly #remote: FakeRemote
  readonly #clock: Clock
  readonly #work: RolloutWork
  readonly #listen: (reports: readonly HostReport[]) => void
  readonly #dialling = new Set<Job>()
  readonly #reports: HostReport[] = []
  #detached = false

  constructor(remote: FakeRemote, clock: Clock, work: RolloutWork, listen: (reports: readonly HostReport[]) => void) {
    this.#remote = remote
    this.#clock = clock
    this.#work = work
    this.#listen = listen
  }

  run(claims: readonly Claim[]): void {
    for (const claim of claims) {
      const name = this.#work.hosts[claim.host]?.host.name ?? ''
      const { rollout } = this.#work
      const asked = { host: name, attempt: claim.attempt, release: this.#work.work.release.id, rollout }
      const key = `${rollout}/${claim.attempt}`
      const job: Job = { claim, name, key, behaviour: this.#remote.behave(asked), withdrawn: false }
      this.#dialling.add(job)
      this.#clock.after(DIAL_MS, () => this.#arrive(job))
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
    if (this.#reports.length === 0) this.#clock.after(1, () => this.#flush())
    this.#reports.push({ host, attempt, ...report })
  }

  #flush(): void {
    const reports = this.#reports.splice(0)
    if (!this.#detached) this.#listen(reports)
  }

  /** The connection stands: from here on the claim is not given back. */
  #arrive(job: Job): void {
    if (this.#detached || !this.#dialling.delete(job)) return
    const host = this.#remote.host(job.name)
    const run = host.runs.get(job.key)
    if (job.behaviour === 'unreachable') this.#report(job, { kind: 'host-unreachable', signature: 'refused' })
    else if (this.#isFenced(job, host)) this.#report(job, { kind: 'host-unknown', signature: 'fenced' })
    else if (run) this.#attach(job, run)
    else if (!job.claim.mayBegin) this.#report(job, { kind: 'host-withdrawn', absent: true })
    else this.#begin(job, host)
  }

  /** A host heeds the newest epoch that it has seen, and refuses older ones. */
  #isFenced(job: Job, host: FakeHost): boolean {
    if (this.#work.epoch < host.fence) this.#remote.note(job.name, 'refused', job.key)
    else host.fence = this.#work.epoch
    return this.#work.epoch < host.fence
  }

  #attach(job: Job, run: Run): void {
    this.#remote.note(job.name, 'attached', run.key)
    if (run.result) this.#tell(job, run, run.result)
    else run.waiting.push((result) => this.#tell(job, run, result))
  }

  #tell(job: Job, run: Run, result: Result): void {
    this.#report(job, { ...result, log: { head: `log of ${run.key} on ${job.name}`, tail: '', cutBytes: 0 } })
  }

  /** One recipe at a time on a host: an older rollout's is stopped on a rollback, else waited for. */
  #begin(job: Job, host: FakeHost): void {
    const other = [...host.runs.values()].find(({ live }) => live)
    if (other && !this.#work.preempt) {
      this.#clock.after(BUSY_MS, () => this.#detached || this.#begin(job, host))
      return
    }
    if (other) {
      this.#remote.note(job.name, 'stopped', other.key)
      end(other, { kind: 'host-failed', step: 'start', signature: 'interrupted' })
    }
    const run: Run = { key: job.key, live: true, waiting: [] }
    host.runs.set(job.key, run)
    this.#remote.note(job.name, 'began', job.key)
    this.#carryOut(job, run, host)
  }

  #carryOut(job: Job, run: Run, host: FakeHost): void {
    const { behaviour } = job
    STEPS.forEach((step, index) => {
      if (behaviour !== 'unknown' || index === 0)
        this.#clock.after(index * STEP_MS, () => run.live && this.#report(job, { kind: 'host-step', step }))
    })
    if (behaviour === 'unknown')
      this.#clock.after(STEP_MS, () => this.#report(job, { kind: 'host-unknown', signature: 'cut' }))
    else run.waiting.push((result) => this.#tell(job, run, result))
    if (behaviour === 'hang') return
    const ms = typeof behaviour === 'object' ? behaviour.ms : STEPS.length * STEP_MS
    this.#clock.after(ms, () => {
      if (!run.live) return
      if (behaviour !== 'fail') host.installed = behaviour === 'lie' ? 'another' : this.#work.work.release.id
      end(run, behaviour === 'fail' ? FAILED : { kind: 'host-succeeded', installed: host.installed ?? '' })
    })
  }
}

type DistributiveOmit<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never

function end(run: Run, result: Result): void {
  run.live = false
  run.result = result
  for (const tell of run.waiting.splice(0)) tell(result)
}

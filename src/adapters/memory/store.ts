// The ports `Store`, `InboxStore` and `ProjectionStore` in memory: for a process that does one rollout and ends, and for tests
// of the engine. They pass the suites that Postgres passes, and last as long as the process.

import { auditOfAsk, auditOfRollout } from '../../core/audit.ts'
import type { HostKnowledge } from '../../core/fleet.ts'
import type { Answer } from '../../core/intent.ts'
import { type HostState, hasBegun, hasEnded, isReplaced } from '../../core/rollout.ts'
import type {
  Commit,
  HostLog,
  HostRecord,
  Letter,
  NewRollout,
  RolloutRecord,
  RolloutSummary,
  Store,
  TrailEntry,
} from '../../engine/ports.ts'
import { DRIVEN } from '../../engine/ports.ts'
import { type Interval, MemoryFleet, type Place, type Written } from './fleet.ts'
import { MemoryInbox } from './inbox.ts'
import { leadTimesIn } from './lead-times.ts'
import { MemoryLocks } from './locks.ts'
import { MemoryProjections } from './projections.ts'

type Kept = {
  record: RolloutRecord
  hosts: HostState[]
  trail: TrailEntry[]
  logs: Map<number, { attempt: number; log: HostLog }[]>
}

/** What was before this store: rollouts that have ended, and what they left on the hosts. */
export type Past = Written & { rollouts: readonly { record: RolloutRecord; hosts: readonly HostState[] }[] }

const WHOLE = { after: -1, limit: Number.POSITIVE_INFINITY }

export class MemoryStore implements Store {
  readonly #rollouts = new Map<string, Kept>()
  readonly #fleet = new MemoryFleet()
  readonly #letters = new Map<string, { letter: Letter; answer?: Answer }>()
  /** What would be in the same database. */
  readonly inbox: MemoryInbox
  readonly projections: MemoryProjections
  readonly #desk: MemoryLocks
  #epoch = 0

  /** `now`: the database's clock. */
  constructor(now: () => number = Date.now) {
    this.inbox = new MemoryInbox(now)
    this.#desk = new MemoryLocks(now)
    this.projections = new MemoryProjections(now, (id) => {
      const record = this.#rollouts.get(id)?.record
      const isWritten = this.#unanswered().some(({ rollout }) => rollout === id)
      return record && { seq: record.trail.seq, phase: record.cursor.phase, isWritten }
    })
  }

  readonly version: Store['version'] = async (of) => this.#version(of)
  readonly leadTimes: Store['leadTimes'] = async (of) => leadTimesIn([...this.#rollouts.values()], of)
  readonly changeLock: Store['changeLock'] = (place, wish) => this.#desk.changeLock(place, wish)
  readonly locks: Store['locks'] = (place) => this.#desk.locks(place)
  readonly note: Store['note'] = (fact) => this.#desk.note(fact)
  readonly audit: Store['audit'] = (filter) => this.#desk.audit(filter)

  async create(rollout: NewRollout, trail: readonly TrailEntry[]): ReturnType<Store['create']> {
    const repeated = this.#causedBy(rollout.intent)
    if (repeated) return { kind: 'repeated', rollout: repeated.id }
    const passed = this.#desk.pass(rollout)
    if (typeof passed !== 'function') return passed
    const other = this.#active(rollout)
    if (other && !isReplaced(other.cursor.phase)) return { kind: 'busy', rollout: other.id }
    if (rollout.version !== undefined && rollout.version !== this.#version(rollout)) return { kind: 'moved' }
    passed()
    // Waited for only when the new one is there: nothing may come in between.
    const superseded = other && this.supersede(other.id, rollout.createdAt)
    const hosts = rollout.plan.hosts.map((): HostState => ({ phase: 'queued', attempt: 1 }))
    const { automatic: _automatic, version: _version, ...lasting } = rollout
    const createdAt = Math.max(rollout.createdAt, (this.#newest(rollout)?.createdAt ?? 0) + 1)
    const record = copy({ ...lasting, createdAt, epoch: this.#nextEpoch() })
    this.#rollouts.set(rollout.id, { record, hosts, trail: copy([...trail]), logs: new Map() })
    this.projections.added(rollout.id)
    this.#desk.add([auditOfRollout(rollout)])
    await superseded
    return { kind: 'created' }
  }

  async takeOver(rollout: string): ReturnType<Store['takeOver']> {
    const kept = this.#rollouts.get(rollout)
    if (!kept) return undefined
    kept.record = { ...kept.record, epoch: this.#nextEpoch() }
    return copy({ record: kept.record, hosts: kept.hosts })
  }

  async supersede(rollout: string, at: number): Promise<void> {
    const kept = this.#rollouts.get(rollout)
    if (!kept) return
    kept.record = { ...kept.record, epoch: this.#nextEpoch() }
    if (hasEnded(kept.record.cursor.phase)) return
    kept.record = { ...kept.record, cursor: { ...kept.record.cursor, phase: 'superseded' }, finishedAt: at }
    this.#loseSight(kept, at)
  }

  async commit(commit: Commit): ReturnType<Store['commit']> {
    const kept = this.#rollouts.get(commit.rollout)
    if (!kept || kept.record.epoch !== commit.epoch) return 'stale'
    const goesOn = !hasEnded(commit.cursor.phase) || commit.hosts.length > 0
    if (goesOn && hasEnded(kept.record.cursor.phase) && this.#newest(kept.record)?.id !== commit.rollout) return 'busy'
    this.#write(kept, copy(commit))
    return 'committed'
  }

  async post(letter: Letter): Promise<void> {
    if (!this.#rollouts.has(letter.rollout)) throw new Error(`No rollout ${letter.rollout}`)
    if (!this.#letters.has(letter.id)) this.#letters.set(letter.id, { letter: copy(letter) })
    this.projections.reopen(letter.rollout)
  }

  async letters(rollout: string): Promise<Letter[]> {
    return copy(this.#unanswered().filter((letter) => letter.rollout === rollout))
  }

  async answer(letter: string): Promise<Answer | undefined> {
    return copy(this.#letters.get(letter)?.answer)
  }

  async rollout(id: string): Promise<RolloutRecord | undefined> {
    return copy(this.#rollouts.get(id)?.record)
  }

  async causedBy(intent?: string): Promise<RolloutRecord | undefined> {
    return copy(this.#causedBy(intent))
  }

  async hosts(rollout: string): Promise<HostState[]> {
    return copy(this.#rollouts.get(rollout)?.hosts ?? [])
  }

  async trail(rollout: string, part = WHOLE): Promise<TrailEntry[]> {
    const trail = this.#rollouts.get(rollout)?.trail ?? []
    return copy(trail.filter(({ seq }) => seq > part.after).slice(0, part.limit))
  }

  async log(rollout: string, host: number): Promise<{ attempt: number; log: HostLog }[]> {
    return copy(this.#rollouts.get(rollout)?.logs.get(host) ?? [])
  }

  async rollouts(filter: Parameters<Store['rollouts']>[0]): Promise<RolloutSummary[]> {
    const all = this.#newestFirst()
    const place = filter.before === undefined ? -1 : all.findIndex(({ id }) => id === filter.before)
    const older = filter.before !== undefined && place < 0 ? [] : all.slice(place + 1)
    const found = older
      .filter(({ application }) => filter.application === undefined || filter.application === application)
      .filter(({ environment }) => filter.environment === undefined || filter.environment === environment)
    return copy(found.slice(0, filter.limit).map(({ plan: _plan, trail: _trail, ...summary }) => summary))
  }

  async pending(): ReturnType<Store['pending']> {
    const written = new Set(this.#unanswered().map((letter) => letter.rollout))
    return this.#newestFirst()
      .reverse()
      .filter(({ id, cursor }) => DRIVEN.includes(cursor.phase) || written.has(id))
      .map(({ id, application, environment }) => ({ id, application, environment }))
  }

  async lastKnown(application: string, environment: string): Promise<Map<string, HostKnowledge>> {
    const records = await this.records(application, environment)
    return new Map(
      records.map(({ name, health, release }) => [name, { health, ...(release !== undefined && { release }) }]),
    )
  }

  async records(application: string, environment: string): Promise<HostRecord[]> {
    return this.#fleet.records({ application, environment })
  }

  readonly releases: Store['releases'] = async (application, environment, range) =>
    this.#fleet.releases({ application, environment }, range)

  readonly ran: Store['ran'] = async ({ application, environment, ...of }) =>
    this.#fleet.ran({ application, environment }, of)

  async where(release: string, most = Number.POSITIVE_INFINITY): Promise<Interval[]> {
    const starts = (text = '') => release.length >= 4 && text.startsWith(release)
    const byCommit = this.#newestFirst()
      .filter(({ plan }) => release.length >= 4 && plan.work.release.commit?.startsWith(release.toLowerCase()))
      .map(({ application, releaseId }) => `${application} ${releaseId}`)
    return this.#fleet.where(
      (one) => one.release === release || starts(one.release) || byCommit.includes(`${one.application} ${one.release}`),
      most,
    )
  }

  async workOf(application: string, environment: string, release: string): ReturnType<Store['workOf']> {
    const found = this.#newestFirst().find(
      (one) =>
        one.application === application &&
        one.environment === environment &&
        one.releaseId === release &&
        hasBegun(one.cursor),
    )
    return copy(found?.plan.work)
  }

  /** Makes an environment's past known, before anything is created in it. */
  learn(place: Place, { rollouts, ...written }: Past): void {
    for (const { record, hosts } of rollouts)
      this.#rollouts.set(record.id, copy({ record, hosts: [...hosts], trail: [], logs: new Map() }))
    this.#fleet.write(place, copy(written))
  }

  async close(): Promise<void> {}

  #write(kept: Kept, commit: Commit): void {
    const { finishedAt: _finishedAt, ...record } = kept.record
    const { seq, hash } = commit.trail.at(-1) ?? record.trail
    const finished = commit.finishedAt !== undefined && { finishedAt: commit.finishedAt }
    kept.record = { ...record, cursor: commit.cursor, trail: { seq, hash }, ...finished }
    for (const { index, state } of commit.hosts) kept.hosts[index] = state
    kept.trail.push(...commit.trail)
    for (const { index, attempt, log } of commit.logs) {
      const others = (kept.logs.get(index) ?? []).filter((other) => other.attempt !== attempt)
      kept.logs.set(
        index,
        [...others, { attempt, log }].sort((a, b) => a.attempt - b.attempt),
      )
    }
    this.#fleet.write(kept.record, commit)
    for (const { id, answer } of commit.answers) {
      const posted = this.#letters.get(id)
      if (!posted || posted.answer) continue
      posted.answer = answer
      this.#desk.add([auditOfAsk(kept.record, posted.letter, answer)])
    }
  }

  #causedBy(intent: string | undefined): RolloutRecord | undefined {
    return this.#newestFirst().find((one) => intent !== undefined && one.intent === intent)
  }

  #loseSight({ record, hosts }: Kept, at: number): void {
    const { id, plan } = record
    const records = plan.hosts.flatMap(({ host: { name }, zone }, index): HostRecord[] => {
      const seen = { name, zone: plan.zones[zone]?.name ?? '', rollout: id, at }
      return hosts[index]?.phase === 'running' ? [{ ...seen, health: 'unknown' }] : []
    })
    this.#fleet.write(record, { records, releases: { closed: [], opened: [] } })
  }

  #version(of: Place): string {
    const newest = this.#newest(of)
    return newest ? `${newest.id}/${newest.trail.seq}/${newest.cursor.phase}` : ''
  }

  #newest(of: Place): RolloutRecord | undefined {
    return this.#newestFirst().find((one) => one.application === of.application && one.environment === of.environment)
  }

  #active({ application, environment }: Place): RolloutRecord | undefined {
    return this.#newestFirst().find(
      (one) => one.application === application && one.environment === environment && !hasEnded(one.cursor.phase),
    )
  }

  #newestFirst(): RolloutRecord[] {
    const records = [...this.#rollouts.values()].map(({ record }) => record)
    return records.sort((a, b) => b.createdAt - a.createdAt || compare(b.id, a.id))
  }

  #unanswered(): Letter[] {
    return [...this.#letters.values()].filter(({ answer }) => !answer).map(({ letter }) => letter)
  }

  #nextEpoch(): number {
    this.#epoch = Math.max(this.#epoch + 1, Date.now())
    return this.#epoch
  }
}

/** Nothing of the store's is shared with its callers, as with a real one. */
function copy<Value>(value: Value): Value {
  return structuredClone(value)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

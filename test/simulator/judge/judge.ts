// The judge hears everything that is written to the store and everything that happens on hosts, in order, and keeps the
// first broken invariant. It never touches what it judges.

import { z } from 'zod'
import type { Refusal } from '../../../src/core/intent.ts'
import type { RolloutCursor } from '../../../src/core/rollout.ts'
import type { Claim, Commit, Letter, NewRollout, RolloutWork, TrailEntry } from '../../../src/engine/ports.ts'
import type { Deed } from '../../support/fake-host.ts'
import type { FakeRemote } from '../../support/fake-remote.ts'
import { hostsInWords } from '../../support/rollout-words.ts'
import type { Wish } from '../scenario.ts'
import { judgeApprovals, judgeBegin, mayBegin, type Rule } from './approval-rules.ts'
import { judgeBudgets } from './budget-rules.ts'
import { type Begun, judgeClaims, judgeDeed, nothingAfterHalt, oneAtATime } from './deed-rules.ts'
import { judgeHosts } from './host-rules.ts'
import { isBad, isOver, type Known, knownFrom, type Step } from './known.ts'
import { judgePhase } from './phase-rules.ts'
import { type HostTruth, healthNow, judgePlan, judgeRollback } from './plan-rules.ts'
import { judgeDeployRefused, judgeReplaced, judgeRollbackRefused, type Seen, seeNow } from './refusal-rules.ts'
import { judgeTrail } from './trail-rules.ts'
import { must, Violation } from './violation.ts'

type Place = { newest?: Known; truths: Map<string, HostTruth> }

export class Judge {
  readonly rollouts = new Map<string, Known>()
  readonly letters = new Map<string, Letter>()
  readonly answered = new Set<string>()
  violation: Error | undefined
  commits = 0
  events = 0
  /** Until when some process stood still, and whether somebody has set a clock. */
  stillSince = 0
  clockIsTrue = true
  /** By environment: what it asks for from now on. */
  rules: ReadonlyMap<string, Rule> = new Map()
  /** Told in words what was written and done. */
  say: (words: () => string) => void = () => {}
  readonly #now: () => number
  readonly #remote: FakeRemote
  readonly #places = new Map<string, Place>()
  readonly #begun: Begun = { runs: new Set(), fences: new Map() }

  constructor(remote: FakeRemote, now: () => number) {
    this.#remote = remote
    this.#now = now
    remote.witness = (deed) => this.rule(() => this.#deed(deed))
  }

  created(rollout: NewRollout, trail: readonly TrailEntry[]): void {
    this.rule(() => {
      const known = knownFrom(rollout, this.#now(), this.rules.get(rollout.environment))
      const place = this.#placeOf(known.place)
      judgeTrail(known, trail)
      judgePlan(known.plan, place.truths)
      judgeReplaced(place.newest, known.automatic)
      const begun = this.#begunIn(known.place)
      if (known.plan.kind === 'rollback' && begun)
        judgeRollback(known.plan, begun, place.truths, rollout.reason === 'to')
      this.rollouts.set(known.id, known)
      this.say(() => `${known.id} is made: ${known.plan.kind} ${known.plan.work.release.id}`)
      place.newest = known
      this.#oneActive(known.place)
    })
  }

  tookOver(rollout: string, epoch: number): void {
    this.rule(() => {
      const known = this.rollouts.get(rollout)
      const highest = Math.max(0, ...[...this.rollouts.values()].map((each) => each.epoch))
      must(epoch > highest, '7 epoch', 'an epoch that is not above all others', { rollout, epoch, highest })
      if (!known) return
      known.epoch = epoch
      known.justMoved = new Set()
    })
  }

  superseded(rollout: string): void {
    const known = this.rollouts.get(rollout)
    if (!known) return
    known.epoch += 0.5
    this.say(() => `${known.id} is superseded`)
    known.heldSince ??= this.#now()
    if (!isOver(known.cursor)) known.cursor = { ...known.cursor, phase: 'superseded' }
    this.#learn(known)
  }

  committed(commit: Commit, outcome: string): void {
    this.commits += 1
    const known = this.rollouts.get(commit.rollout)
    if (outcome !== 'committed' || !known) return
    this.rule(() => {
      must(commit.epoch === known.epoch, '7 epoch', 'a stale commit was written', { known: known.epoch, commit })
      const step = this.#stepOf(known, commit)
      judgeTrail(known, commit.trail)
      judgeApprovals(step, this.letters)
      this.events += commit.trail.length
      judgeHosts(step, this.#remote)
      for (const { id } of commit.answers) this.answered.add(id)
      this.#keepBooks(step)
      judgeBudgets(step)
      judgePhase(step, this.clockIsTrue)
      known.cursor = step.after.cursor
      known.hosts = [...step.after.hosts]
      known.justMoved = new Set(commit.hosts.map(({ index }) => index))
      this.say(() => commitInWords(known, commit))
      this.#learn(known)
      this.#oneActive(known.place)
    })
  }

  posted(letter: Letter): void {
    this.letters.set(letter.id, letter)
  }

  claims(work: RolloutWork, claims: readonly Claim[]): void {
    this.rule(() => judgeClaims(this.rollouts.get(work.rollout), work, claims))
  }

  /** What somebody sees who is about to ask for something there. */
  seen(place: string): Seen {
    return seeNow(this.#begunIn(place))
  }

  refused(place: string, { wish, refusal, seen }: { wish: Wish; refusal: Refusal; seen: Seen }): void {
    const named = this.rollouts.get(String(refusal.detail.rollout))
    const now = this.#begunIn(place)
    this.rule(() => {
      if (wish.kind === 'deploy') judgeDeployRefused(named, wish.automatic === true)
      if (wish.kind === 'rollback') judgeRollbackRefused({ refusal, named, seen, now, toGiven: wish.to !== undefined })
    })
  }

  newest(place: string): Known | undefined {
    return this.#places.get(place)?.newest
  }

  /** Something broke that no rule was asked about. */
  fault(error: unknown): void {
    this.violation ??= error instanceof Error ? error : new Error(String(error))
  }

  #deed(deed: Deed): void {
    const known = this.rollouts.get(deed.run.slice(0, deed.run.lastIndexOf('/')))
    this.say(() => `host ${deed.host} ${deed.what} ${deed.run}`)
    judgeDeed(deed, known, this.#begun)
    oneAtATime(deed, this.#remote)
    if (known) nothingAfterHalt(deed, known, this.stillSince)
    if (known && deed.what === 'began') judgeBegin(known)
  }

  #stepOf(known: Known, commit: Commit): Step {
    const hosts = [...known.hosts]
    for (const { index, state } of commit.hosts) hosts[index] = state
    const yes = new Set(commit.answers.filter(({ answer }) => answer.kind === 'accepted').map(({ id }) => id))
    const granted = new Set([...this.letters.values()].filter(({ id }) => yes.has(id)).map(({ ask }) => ask.kind))
    const before = { cursor: known.cursor, hosts: known.hosts }
    return { known, before, after: { cursor: commit.cursor, hosts }, commit, granted, now: this.#now() }
  }

  #keepBooks({ known, before, after, granted }: Step): void {
    after.hosts.forEach((host, index) => {
      const claim = `${index}/${host.attempt}`
      if (host.phase === 'running' && !known.claimed.has(claim)) known.claimed.set(claim, known.epoch)
    })
    if (granted.has('retry')) known.forgiven = new Set()
    if (granted.has('resume')) known.forgiven = new Set(before.hosts.flatMap((host, i) => (isBad(host) ? [i] : [])))
    for (const index of known.forgiven) if (!isBad(after.hosts[index] ?? GONE)) known.forgiven.delete(index)
  }

  #learn(known: Known): void {
    const { truths } = this.#placeOf(known.place)
    known.plan.hosts.forEach(({ host }, index) => {
      const health = healthNow(known, index)
      if (!health || this.#placeOf(known.place).newest !== known) return
      const truth = truths.get(host.name) ?? { health, good: new Set() }
      const release = known.plan.work.release.id
      truths.set(host.name, { ...truth, health, ...(health === 'healthy' && { release }) })
      if (health === 'healthy') truth.good.add(release)
    })
  }

  /** The newest that has all that it needs to begin. */
  #begunIn(place: string): Known | undefined {
    return [...this.rollouts.values()].filter((each) => each.place === place && mayBegin(each)).at(-1)
  }

  #oneActive(place: string): void {
    const active = [...this.rollouts.values()].filter((each) => each.place === place && !isOver(each.cursor))
    must(active.length <= 1, '2 one rollout', 'two at once in an environment', active.map(idAndPhase))
  }

  #placeOf(name: string): Place {
    const place = this.#places.get(name) ?? { truths: new Map() }
    this.#places.set(name, place)
    return place
  }

  /** Keeps the first that is broken. */
  rule(rule: () => void): void {
    if (this.violation) return
    try {
      rule()
    } catch (error) {
      this.violation = error instanceof Violation ? error : new Error('the judge is broken', { cause: error })
    }
  }
}

const GONE = { phase: 'succeeded', attempt: 1 } as const

/** `n00002 running stage 0 ++r. pa1#1 host-succeeded, asked retry` */
function commitInWords({ id, cursor, hosts, plan }: Known, { trail }: Commit): string {
  const said = trail.map(({ kind, body }) => entryInWords(kind, body))
  return `${id} ${cursor.phase} ${plan.stages[cursor.stage]?.name ?? ''} ${hostsInWords({ hosts })} ${said.join(', ')}`
}

function entryInWords(kind: string, body: unknown): string {
  const facts = z.object({ host: z.string(), attempt: z.number() }).safeParse(body)
  if (facts.success) return `${facts.data.host}#${facts.data.attempt} ${kind.replace('host-', '')}`
  const asked = z.object({ ask: z.object({ kind: z.string() }) }).safeParse(body)
  return asked.success ? `asked ${asked.data.ask.kind}` : kind
}

function idAndPhase({ id, cursor }: { id: string; cursor: RolloutCursor }): string {
  return `${id} ${cursor.phase}`
}

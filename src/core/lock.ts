// Locks of an environment, decided as data: who may take, extend, wait for, open or inherit one, and whose deploys it stops.
// Nothing here reads a clock: `now` is the store's, in ms since 1970.

import { type Ask, type Person, type Refusal, refused, samePerson } from './intent.ts'
import type { RolloutKind } from './plan.ts'

/**
 * `person`: stops everybody else's deploys, and whatever would carry a deploy further. `hold`: left by a rollback, stops
 * automatic deploys, whoever's. Neither ever stops a rollback, a halt, an abort or a skip: somebody's site may be down.
 */
export type Lock = { kind: 'person' | 'hold'; holder: Person; reason?: string; since: number; until?: number }

/** Somebody who gets the lock when it is free, for as long as was asked for. */
export type Waiting = { person: Person; reason?: string; forMs?: number }

/** A person's lock, the hold that a rollback left, and who waits for the lock, the first one first. */
export type EnvironmentLocks = { lock?: Lock; hold?: Lock; queue: readonly Waiting[] }

/** As they are kept: with what the last intents came to, so that one that is sent twice does not take the next one's lock. */
export type KeptLocks = EnvironmentLocks & { done?: readonly { intent: string; outcome: LockOutcome }[] }

const REMEMBERED = 10

export const UNLOCKED: EnvironmentLocks = { queue: [] }

/** `forMs`: without it until it is opened. `steal`: also when somebody else holds it. `intent`: unique; repeated, it changes nothing. */
export type LockWish = { by: Person; intent?: string } & (
  | { verb: 'lock'; reason?: string; forMs?: number }
  | { verb: 'unlock'; steal: boolean }
)

/** `released`: the lock that ended, and the next holder's, if somebody waited. `left`: waits no longer. */
export type LockOutcome =
  | { kind: 'taken' | 'extended'; lock: Lock }
  | { kind: 'queued'; position: number; lock: Lock }
  | { kind: 'released'; lock: Lock; next?: Lock }
  | { kind: 'left'; lock: Lock }
  | Refusal

type Decision = { locks: EnvironmentLocks; outcome: LockOutcome }

/** `repeated`: it was decided before, and is not written again. */
export type LockDecision = { locks: KeptLocks; outcome: LockOutcome; repeated: boolean }

/** Takes, extends, waits for, opens or steals a lock. */
export function decideLock(stored: KeptLocks, wish: LockWish, now: number): LockDecision {
  const { intent } = wish
  const { done = [], ...locks } = expireLocks(stored, now)
  const before = done.find((each) => each.intent === intent)
  if (before) return { locks: { ...locks, done }, outcome: before.outcome, repeated: true }
  const decided = wish.verb === 'lock' ? take(locks, wish, now) : open(locks, wish, now)
  const { outcome } = decided
  const kept = intent === undefined || outcome.kind === 'refused' ? done : [...done, { intent, outcome }]
  const memory = kept.length === 0 ? {} : { done: kept.slice(-REMEMBERED) }
  return { locks: { ...decided.locks, ...memory }, outcome, repeated: false }
}

/** The locks as they are now: one that has expired went to the next who waited, at that moment. */
export function expireLocks(locks: KeptLocks, now: number): KeptLocks {
  let current = locks
  for (let until = current.lock?.until; until !== undefined && until <= now; until = current.lock?.until)
    current = handOver(current, until)
  return current
}

/** For whoever looks. */
export function shownLocks(kept: KeptLocks, now: number): EnvironmentLocks {
  const { done: _, ...locks } = expireLocks(kept, now)
  return locks
}

/** A rollout that somebody wants to start or to carry further. `automatic`: a merge or green checks want it. */
export type LockedAct = { kind: RolloutKind; by: Person; automatic: boolean }

/** The lock that stops this; `undefined` when none does. `locks` are those of now. */
export function lockInTheWay({ lock, hold }: EnvironmentLocks, { kind, by, automatic }: LockedAct): Lock | undefined {
  if (kind === 'rollback') return undefined
  if (lock && !samePerson(lock.holder, by)) return lock
  return automatic ? hold : undefined
}

/** These make a rollout touch further hosts. Whoever stops or shrinks one is never stopped. */
export function carriesFurther({ kind }: Ask): boolean {
  return kind === 'resume' || kind === 'continue' || kind === 'retry' || kind === 'approve'
}

/** What the start of a rollout changes: a rollback leaves a hold, a person's own deploy lifts it. */
export function locksAfterStart(locks: KeptLocks, act: LockedAct & { reason?: string }, now: number): KeptLocks {
  const { kind, by, automatic, reason } = act
  if (kind === 'rollback')
    return { ...locks, hold: lockOf('hold', { person: by, ...(reason !== undefined && { reason }) }, now) }
  if (automatic || !locks.hold) return locks
  const { hold: _lifted, ...rest } = locks
  return rest
}

/** Why it was stopped, in facts for the words. */
export function lockHeld(lock: Lock, now: number): Refusal {
  return refused('lock-held', lockFacts(lock, now))
}

/** A lock in facts for the words; `ageMs`: a lock that was forgotten is told by its age. */
export function lockFacts({ kind, holder, reason, since, until }: Lock, now: number): Refusal['detail'] {
  const named = { kind, holder: holder.name, since, ageMs: now - since }
  return { ...named, ...(reason !== undefined && { reason }), ...(until !== undefined && { until }) }
}

function take(locks: EnvironmentLocks, wish: LockWish & { verb: 'lock' }, now: number): Decision {
  const { lock, queue } = locks
  const { by: person, reason, forMs } = wish
  const said = { ...(reason !== undefined && { reason }), ...(forMs !== undefined && { forMs }) }
  const waiting: Waiting = { person, ...said }
  if (!lock) {
    const taken = lockOf('person', waiting, now)
    return { locks: { ...locks, lock: taken }, outcome: { kind: 'taken', lock: taken } }
  }
  if (samePerson(lock.holder, person)) {
    // What is left out stays as it was: an expiry that once was set is not lost by a new reason.
    const extended: Lock = { ...lock, ...terms(said, now) }
    return { locks: { ...locks, lock: extended }, outcome: { kind: 'extended', lock: extended } }
  }
  const at = queue.findIndex((each) => samePerson(each.person, person))
  const position = at < 0 ? queue.length : at
  const next = queue.toSpliced(position, 1, { ...queue[position], ...waiting })
  return { locks: { ...locks, queue: next }, outcome: { kind: 'queued', position: position + 1, lock } }
}

/** Whoever steals and waits goes first. A hold belongs to nobody: anybody may lift it. */
function open(locks: EnvironmentLocks, { by, steal }: LockWish & { verb: 'unlock' }, now: number): Decision {
  const { lock, hold, queue } = locks
  const others = queue.filter(({ person }) => !samePerson(person, by))
  const waits = others.length < queue.length
  if (lock && (steal || samePerson(lock.holder, by))) {
    const mine = queue.filter(({ person }) => samePerson(person, by))
    const next = handOver({ ...locks, queue: [...mine, ...others] }, now)
    return { locks: next, outcome: { kind: 'released', lock, ...(next.lock && { next: next.lock }) } }
  }
  if (lock && waits) return { locks: { ...locks, queue: others }, outcome: { kind: 'left', lock } }
  if (lock) return { locks, outcome: refused('not-the-holder', lockFacts(lock, now)) }
  if (!hold) return { locks, outcome: refused('not-locked') }
  return { locks: { queue }, outcome: { kind: 'released', lock: hold } }
}

function handOver({ lock: _, queue: [next, ...queue], ...rest }: KeptLocks, at: number): KeptLocks {
  return { ...rest, ...(next && { lock: lockOf('person', next, at) }), queue }
}

function lockOf(kind: Lock['kind'], { person, ...rest }: Waiting, at: number): Lock {
  return { kind, holder: person, since: at, ...terms(rest, at) }
}

/** Only what was said. */
function terms({ reason, forMs }: Omit<Waiting, 'person'>, at: number): Pick<Lock, 'reason' | 'until'> {
  return { ...(reason !== undefined && { reason }), ...(forMs !== undefined && { until: at + forMs }) }
}

// The audit of intents: who asked for what, through which door, and what came of it. Refused ones are in it too.

import { brokenLink, type ChainEnd, type Digest, nextLink } from './chain.ts'
import type { Answer, Ask, Person, Refusal, RefusalReason } from './intent.ts'
import type { LockOutcome, LockWish } from './lock.ts'
import type { RolloutKind } from './plan.ts'

export type AuditVerb = RolloutKind | Ask['kind'] | 'lock' | 'unlock'

/** The door is the person's, or whoever's identity it is. What was not said is absent. */
export type AuditFact = {
  person: Person
  verb: AuditVerb
  application: string
  environment: string
  outcome: { kind: 'accepted' } | { kind: 'refused'; reason: RefusalReason }
  /** What a deploy or a rollback brings; a rollback without it takes the last good one. */
  release?: string
  reason?: string
  host?: string
  forMs?: number
  steal?: boolean
  automatic?: boolean
  /** The rollout that it is about, or that it caused. */
  rollout?: string
  intent?: string
}

/** `at`: the store's clock, ms since 1970. */
export type AuditEntry = { seq: number; at: number; fact: AuditFact; previous: string; hash: string }

/** The entry that follows `end`. */
export function nextAudit(end: ChainEnd, { at, fact }: Pick<AuditEntry, 'at' | 'fact'>, digest: Digest): AuditEntry {
  return { at, fact, ...nextLink(end, [at, fact], digest) }
}

/** The number of the first entry, oldest first, that was changed, removed or put in between. */
export function brokenAudit(entries: readonly AuditEntry[], digest: Digest): number | undefined {
  return brokenLink(entries, ({ at, fact }) => [at, fact], digest)
}

type Place = Pick<AuditFact, 'application' | 'environment'>

/** A rollout that was started. */
export function auditOfRollout(rollout: {
  id: string
  kind: RolloutKind
  application: string
  environment: string
  releaseId: string
  requestedBy: Person
  reason?: string
  intent?: string
  automatic?: boolean
}): AuditFact {
  const { id, kind, application, environment, releaseId, requestedBy, reason, intent, automatic } = rollout
  return {
    ...{ person: requestedBy, verb: kind, application, environment, outcome: { kind: 'accepted' }, release: releaseId },
    ...(reason !== undefined && { reason }),
    ...(automatic && { automatic }),
    rollout: id,
    ...(intent !== undefined && { intent }),
  }
}

/** What was asked of a rollout, when it is answered. The letter's name is its intent. */
export function auditOfAsk(
  { application, environment }: Place,
  letter: { id: string; rollout: string; by: Person; ask: Ask },
  answer: Answer,
): AuditFact {
  const { ask, by, rollout, id } = letter
  return {
    ...{ person: by, verb: ask.kind, application, environment, outcome: outcomeOf(answer) },
    ...(ask.kind === 'skip' && { host: ask.hostName }),
    ...(ask.kind === 'approve' && ask.release !== undefined && { release: ask.release }),
    ...{ rollout, intent: id },
  }
}

/** A wish about a lock, as it was decided. */
export function auditOfLock({ application, environment }: Place, wish: LockWish, decided: LockOutcome): AuditFact {
  const { by, verb } = wish
  const asked = wish.intent === undefined ? {} : { intent: wish.intent }
  const base = { person: by, verb, application, environment, outcome: outcomeOf(decided), ...asked }
  if (wish.verb === 'unlock') return { ...base, ...(wish.steal && { steal: true }) }
  const { reason, forMs } = wish
  return { ...base, ...(reason !== undefined && { reason }), ...(forMs !== undefined && { forMs }) }
}

/** Only whether it was refused, and why: the rest is where the thing itself is recorded. */
export function outcomeOf(decided: { kind: string } | Refusal): AuditFact['outcome'] {
  return 'reason' in decided ? { kind: 'refused', reason: decided.reason } : { kind: 'accepted' }
}

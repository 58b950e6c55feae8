// The audit of intents: who asked for what, through which door, and what came of it. Refused ones are in it too.

import { brokenLink, type ChainEnd, type Digest, nextLink } from './chain.ts'
import type { Ask, Person, RefusalReason } from './intent.ts'
import type { RolloutKind } from './plan.ts'

export type AuditVerb = RolloutKind | Ask['kind'] | 'lock' | 'unlock'

/** `person.via` is the door. What was not said is absent. */
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

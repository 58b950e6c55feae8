// Locks and the audit of intents in memory: the parts of `MemoryStore` that would be in the same database.

import { createHash } from 'node:crypto'
import { type AuditEntry, type AuditFact, auditOfLock, nextAudit } from '../../core/audit.ts'
import { type ChainEnd, EMPTY_CHAIN } from '../../core/chain.ts'
import {
  decideLock,
  expireLocks,
  type KeptLocks,
  type LockOutcome,
  type LockWish,
  lockInTheWay,
  locksAfterStart,
  shownLocks,
  UNLOCKED,
} from '../../core/lock.ts'
import type { NewRollout, Store } from '../../engine/ports.ts'
import type { AuditStore, LockStore, Place } from '../../engine/ports-locks.ts'

export class MemoryLocks implements LockStore, AuditStore {
  readonly #now: () => number
  readonly #locks = new Map<string, KeptLocks>()
  readonly #entries: AuditEntry[] = []

  constructor(now: () => number) {
    this.#now = now
  }

  async changeLock(place: Place, wish: LockWish): Promise<LockOutcome> {
    const { locks, outcome, repeated } = decideLock(this.#of(place), wish, this.#now())
    if (repeated) return structuredClone(outcome)
    this.#locks.set(keyOf(place), locks)
    this.add([auditOfLock(place, wish, outcome)])
    return structuredClone(outcome)
  }

  async locks(place: Place): ReturnType<LockStore['locks']> {
    return structuredClone({ locks: shownLocks(this.#of(place), this.#now()), now: this.#now() })
  }

  async note(fact: AuditFact): Promise<void> {
    this.add([fact])
  }

  async audit({ application, environment, before, limit }: Parameters<AuditStore['audit']>[0]): Promise<AuditEntry[]> {
    const found = this.#entries
      .filter(({ fact }) => application === undefined || fact.application === application)
      .filter(({ fact }) => environment === undefined || fact.environment === environment)
      .filter(({ seq }) => before === undefined || seq < before)
    return structuredClone(found.toReversed().slice(0, limit))
  }

  add(facts: readonly AuditFact[]): void {
    for (const fact of facts) {
      const end: ChainEnd = this.#entries.at(-1) ?? EMPTY_CHAIN
      this.#entries.push(nextAudit(end, { at: this.#now(), fact: structuredClone(fact) }, sha256))
    }
  }

  /** The lock that stops the rollout; otherwise what its start changes about the locks is done by the returned function. */
  pass(rollout: NewRollout): Extract<Awaited<ReturnType<Store['create']>>, { kind: 'locked' }> | (() => void) {
    const { kind, requestedBy: by, automatic = false, reason } = rollout
    const act = { kind, by, automatic, ...(reason !== undefined && { reason }) }
    const now = this.#now()
    const locks = this.#of(rollout)
    const lock = lockInTheWay(locks, act)
    if (lock) return { kind: 'locked', lock: structuredClone(lock), now }
    return () => this.#locks.set(keyOf(rollout), structuredClone(locksAfterStart(locks, act, now)))
  }

  #of(place: Place): KeptLocks {
    return expireLocks(this.#locks.get(keyOf(place)) ?? UNLOCKED, this.#now())
  }
}

function keyOf({ application, environment }: Place): string {
  return JSON.stringify([application, environment])
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

// Locks and the audit of intents as the engine needs them kept: parts of the port `Store`, because each changes in one
// transaction with what it is about. Times are the store's.

import type { AuditEntry, AuditFact } from '../core/audit.ts'
import type { EnvironmentLocks, LockOutcome, LockWish } from '../core/lock.ts'

export type Place = { application: string; environment: string }

export interface LockStore {
  /** Decides and writes what was decided, with its audit row, in one transaction: of those at once, one wins. */
  changeLock(place: Place, wish: LockWish): Promise<LockOutcome>
  /** As they are now, and the time that is now. */
  locks(place: Place): Promise<{ locks: EnvironmentLocks; now: number }>
}

/** Append-only; a chain over all environments, in the order in which the rows were committed. */
export interface AuditStore {
  /** When it returns, the row is committed. */
  note(fact: AuditFact): Promise<void>
  /** Newest first. `before`: only entries with a lower number. */
  audit(filter: Partial<Place> & { before?: number; limit: number }): Promise<AuditEntry[]>
}

// What the page of tokens needs: to list, make and revoke those of one account. Secrets are made, and their digests kept, elsewhere.

import type { Scope } from '../../core/scope.ts'
import type { Account, Token } from '../../engine/ports-identity.ts'

export type WantedToken = { name: string; scopes: readonly Scope[]; forMs?: number }

export type TokenDesk = {
  list(owner: Account): Promise<readonly Token[]>
  /** `secret` is never told again. */
  create(owner: Account, wanted: WantedToken): Promise<{ token: Token; secret: string }>
  /** false: this account has no such token. */
  revoke(owner: Account, id: string): Promise<boolean>
}

// API tokens as their owners handle them: made with a text that is shown once. Only a person who is signed in makes and sees
// tokens, here or by saying yes to a terminal: one that could make another would outlive its own end and its own scopes.

import type { Account, IdentityStore, NewToken, Token } from '../../engine/ports-identity.ts'
import type { Who } from '../who.ts'
import { digestOf, newSecretText } from './secret-text.ts'

/** What a token's text begins with, so that scanners for leaked secrets know it. */
const PREFIX = 'hst_'

type TokenWish = Pick<NewToken, 'name' | 'scopes' | 'forMs'>

/** `text` is never told again. */
type MadeToken = { token: Token; text: string }

export type TokenDesk = {
  make(wish: TokenWish): Promise<MadeToken>
  /** The newest first. */
  list(): Promise<Token[]>
  /** false: this person has no such token. */
  revoke(id: string): Promise<boolean>
}

/** `undefined`: this one has no tokens. `newId`: unique, and no secret. */
export function tokenDesk(identity: IdentityStore, who: Who, newId: () => string): TokenDesk | undefined {
  const owner = signedIn(who)
  return (
    owner && {
      make: (wish) => makeToken(identity, { owner, id: newId(), wish }),
      list: () => identity.tokens(owner.id),
      revoke: (id) => identity.revokeToken(owner.id, id),
    }
  )
}

export async function makeToken(
  identity: Pick<IdentityStore, 'createToken'>,
  { owner, id, wish }: { owner: Account; id: string; wish: TokenWish },
): Promise<MadeToken> {
  const text = `${PREFIX}${newSecretText()}`
  const token = await identity.createToken({ ...wish, id, owner, hash: digestOf(text) })
  return { token, text }
}

/** The account of whoever is here in person; neither a token's nor a workflow's. */
export function signedIn(who: Who): Account | undefined {
  return who.kind === 'known' && who.by === 'session' ? { id: who.person.id, login: who.person.name } : undefined
}

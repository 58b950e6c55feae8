// The port `IdentityStore` over its tables. Each method is one verb of a file of its own.

import type { IdentityStore } from '../../engine/ports-identity.ts'
import type { Database } from './database.ts'
import { acceptLink, endLink, keepOffer, readAccountLinks, readLink, readOffer } from './identity-link-rows.ts'
import { deleteSession, deleteSessions, keepSession, meetSession } from './identity-session-rows.ts'
import { keepSignIn, takeSignIn } from './identity-sign-in-rows.ts'
import { answerAsk, keepAsk, pollAsk, readAsk } from './identity-terminal-rows.ts'
import { deleteToken, dropToken, keepToken, meetToken, readTokens } from './identity-token-rows.ts'

export function makeIdentityStore(db: Database): IdentityStore {
  return {
    keepSignIn: (signIn) => db.read((kysely) => keepSignIn(kysely, signIn)),
    takeSignIn: (hash) => db.read((kysely) => takeSignIn(kysely, hash)),
    openSession: (session) => db.read((kysely) => keepSession(kysely, session)),
    session: (hash, limits) => db.read((kysely) => meetSession(kysely, hash, limits)),
    endSession: (hash) => db.read((kysely) => deleteSession(kysely, hash)),
    endSessions: (accountId) => db.read((kysely) => deleteSessions(kysely, accountId)),
    createToken: (token) => db.read((kysely) => keepToken(kysely, token)),
    useToken: (hash) => db.read((kysely) => meetToken(kysely, hash)),
    tokens: (accountId) => db.read((kysely) => readTokens(kysely, accountId)),
    revokeToken: (accountId, id) => db.read((kysely) => deleteToken(kysely, accountId, id)),
    endToken: (hash) => db.read((kysely) => dropToken(kysely, hash)),
    askForTerminal: (ask) => db.read((kysely) => keepAsk(kysely, ask)),
    terminalAsk: (userHash) => db.read((kysely) => readAsk(kysely, userHash)),
    answerTerminal: (userHash, answer) => db.read((kysely) => answerAsk(kysely, userHash, answer)),
    pollTerminal: (deviceHash) => db.transaction((trx) => pollAsk(trx, deviceHash)),
    offerLink: (offer) => db.read((kysely) => keepOffer(kysely, offer)),
    offeredLink: (hash) => db.read((kysely) => readOffer(kysely, hash)),
    acceptLink: (hash, account) => db.transaction((trx) => acceptLink(trx, hash, account)),
    linkedTo: (slack) => db.read((kysely) => readLink(kysely, slack)),
    unlink: (slack) => db.read((kysely) => endLink(kysely, slack)),
    links: (accountId) => db.read((kysely) => readAccountLinks(kysely, accountId)),
  }
}

// The port `IdentityStore` in memory. Its clock is the test's.

import type {
  Account,
  IdentityStore,
  NewTerminalAsk,
  Session,
  SignIn,
  SlackAccount,
  TerminalAsk,
  Token,
} from '../../src/engine/ports-identity.ts'

type Until<T> = { value: T; until: number }

type Asking = Until<TerminalAsk> &
  Pick<NewTerminalAsk, 'userHash' | 'everyMs'> & { pollAt: number; answer?: Account | 'denied' }

/** How long a terminal can still hear that its time is over. */
const HEARD_FOR_MS = 10 * 60_000

export function memoryIdentity(clock: () => number): IdentityStore {
  const signIns = new Map<string, Until<SignIn>>()
  const sessions = new Map<string, Session>()
  const tokens = new Map<string, Token>()
  const asking = new Map<string, Asking>()
  const openAsk = (userHash: string) =>
    [...asking.values()].find((each) => each.userHash === userHash && !each.answer && each.until > clock())
  const offers = new Map<string, Until<SlackAccount>>()
  const links = new Map<string, { slack: SlackAccount; account: Account }>()
  const keyOf = ({ team, user }: { team: string; user: string }) => `${team}/${user}`
  const lives = ({ expiresAt }: Token) => expiresAt === undefined || expiresAt > clock()

  return {
    async keepSignIn({ hash, forMs, ...value }) {
      signIns.set(hash, { value, until: clock() + forMs })
    },
    takeSignIn: async (hash) => take(signIns, hash, clock()),
    async openSession({ id, hash, account }) {
      sessions.set(hash, { id, account, createdAt: clock(), seenAt: clock() })
    },
    async session(hash, { idleMs, longestMs }) {
      const found = sessions.get(hash)
      if (!found || clock() - found.seenAt >= idleMs || clock() - found.createdAt >= longestMs) return undefined
      const session = { ...found }
      found.seenAt = clock()
      return session
    },
    async endSession(hash) {
      sessions.delete(hash)
    },
    async endSessions(accountId) {
      for (const [hash, { account }] of sessions) if (account.id === accountId) sessions.delete(hash)
    },
    async createToken({ hash, forMs, ...rest }) {
      const token = { ...rest, createdAt: clock(), ...(forMs !== undefined && { expiresAt: clock() + forMs }) }
      tokens.set(hash, token)
      return { ...token }
    },
    async useToken(hash) {
      const found = tokens.get(hash)
      if (!found || !lives(found)) return undefined
      const token = { ...found }
      found.usedAt = clock()
      return token
    },
    tokens: async (accountId) =>
      [...tokens.values()]
        .filter((token) => token.owner.id === accountId && lives(token))
        .sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1)),
    async revokeToken(accountId, id) {
      const found = [...tokens].find(([, token]) => token.owner.id === accountId && token.id === id)
      return found !== undefined && tokens.delete(found[0])
    },
    async endToken(hash) {
      tokens.delete(hash)
    },
    async askForTerminal({ deviceHash, userHash, forMs, everyMs, ...rest }) {
      for (const [hash, { until }] of asking) if (until + HEARD_FOR_MS <= clock()) asking.delete(hash)
      if ([...asking.values()].some((each) => each.userHash === userHash)) return false
      const [value, until] = [{ ...rest, askedAt: clock() }, clock() + forMs]
      asking.set(deviceHash, { value, until, userHash, everyMs, pollAt: clock() })
      return true
    },
    terminalAsk: async (userHash) => openAsk(userHash)?.value,
    async answerTerminal(userHash, answer) {
      const found = openAsk(userHash)
      if (found) found.answer = answer
      return found?.value
    },
    async pollTerminal(deviceHash) {
      const found = asking.get(deviceHash)
      if (!found) return { kind: 'unknown' }
      const { until, answer, value, pollAt } = found
      if (until > clock() && !answer) {
        const tooSoon = clock() < pollAt
        if (tooSoon) found.everyMs += 5_000
        found.pollAt = clock() + found.everyMs
        return { kind: tooSoon ? 'too-soon' : 'pending' }
      }
      asking.delete(deviceHash)
      if (until <= clock()) return { kind: 'over' }
      return answer && answer !== 'denied' ? { kind: 'allowed', by: answer, ask: value } : { kind: 'denied' }
    },
    async offerLink({ hash, slack, forMs }) {
      offers.set(hash, { value: slack, until: clock() + forMs })
    },
    async offeredLink(hash) {
      const found = offers.get(hash)
      return found && found.until > clock() ? found.value : undefined
    },
    async acceptLink(hash, account) {
      const slack = take(offers, hash, clock())
      if (slack) links.set(keyOf(slack), { slack, account })
      return slack
    },
    linkedTo: async (slack) => links.get(keyOf(slack))?.account,
    unlink: async (slack) => links.delete(keyOf(slack)),
    links: async (accountId) =>
      [...links.values()]
        .filter(({ account }) => account.id === accountId)
        .map(({ slack }) => slack)
        .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
  }
}

function take<T>(kept: Map<string, Until<T>>, hash: string, now: number): T | undefined {
  const found = kept.get(hash)
  kept.delete(hash)
  return found && found.until > now ? found.value : undefined
}

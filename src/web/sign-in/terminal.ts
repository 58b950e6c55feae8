// Terminals that ask for a token (RFC 8628): the codes that they get, who answers, and the token that comes of it. What is asked for
// is worth nothing before a person who is signed in has typed the code and said yes.

import { randomInt } from 'node:crypto'
import type { Account, IdentityStore, TerminalAnswer, TerminalAsk } from '../../engine/ports-identity.ts'
import { digestOf, newSecretText } from './secret-text.ts'
import { makeToken } from './token.ts'

export type TerminalWish = Pick<TerminalAsk, 'machine' | 'address' | 'scopes'>

export type TerminalCodes = {
  /** Proves that it is the terminal that asked. */
  device: string
  /** For a person to type: `WDJB-MJHT`. */
  user: string
  forMs: number
  everyMs: number
}

/** What a terminal hears. `text` is the token, told once. */
export type Heard =
  | Exclude<TerminalAnswer, { kind: 'allowed' }>
  | { kind: 'made'; text: string; forMs: number; scopes: TerminalAsk['scopes'] }

export type TerminalDesk = {
  /** Where people type the code. */
  page: string
  begin(wish: TerminalWish): Promise<TerminalCodes>
  hear(device: string): Promise<Heard>
  /** Whom a code stands for, as it was typed; `undefined`: nobody, or not any more. */
  asking(typed: string): Promise<TerminalAsk | undefined>
  answer(typed: string, answer: Account | 'denied'): Promise<TerminalAsk | undefined>
  /** Whoever has a token may end it. */
  end(token: string): Promise<void>
}

export type TerminalDeps = {
  identity: Pick<
    IdentityStore,
    'askForTerminal' | 'terminalAsk' | 'answerTerminal' | 'pollTerminal' | 'createToken' | 'endToken'
  >
  page: string
  newId: () => string
  /** Between two polls; RFC 8628 says 5 s. */
  everyMs?: number
}

export const TERMINAL_TOKEN_DAYS = 90
const TOKEN_MS = TERMINAL_TOKEN_DAYS * 86_400_000
const ASKED_FOR_MS = 15 * 60_000
const EVERY_MS = 5_000

export function terminalDesk({ identity, page, newId, everyMs = EVERY_MS }: TerminalDeps): TerminalDesk {
  return {
    page,
    async begin(wish) {
      const device = newSecretText()
      const once = { ...wish, deviceHash: digestOf(device), forMs: ASKED_FOR_MS, everyMs }
      let user = newUserCode()
      while (!(await identity.askForTerminal({ ...once, userHash: hashOf(user) }))) user = newUserCode()
      return { device, user, forMs: ASKED_FOR_MS, everyMs }
    },
    async hear(device) {
      const answer = await identity.pollTerminal(digestOf(device))
      if (answer.kind !== 'allowed') return answer
      const { machine, scopes } = answer.ask
      const wish = { name: `login from ${machine}`, scopes, forMs: TOKEN_MS }
      const { text } = await makeToken(identity, { owner: answer.by, id: newId(), wish })
      return { kind: 'made', text, forMs: TOKEN_MS, scopes }
    },
    asking: (typed) => identity.terminalAsk(hashOf(typed)),
    answer: (typed, answer) => identity.answerTerminal(hashOf(typed), answer),
    end: (token) => identity.endToken(digestOf(token)),
  }
}

/** No vowels, so no words, and nothing that looks like something else (RFC 8628, 6.1): 34 bits. */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ'

function newUserCode(): string {
  const letters = Array.from({ length: 8 }, () => LETTERS[randomInt(LETTERS.length)]).join('')
  return `${letters.slice(0, 4)}-${letters.slice(4)}`
}

/** However it was typed. */
function hashOf(typed: string): string {
  return digestOf(typed.toUpperCase().replaceAll(/[^A-Z]/g, ''))
}

// Where somebody who is signed in lets a terminal act for them, or not. The code is typed, never part of an address: a link alone,
// from whomever, brings nobody in front of the button. Codes are tried a few times a minute.

import { type Context, Hono } from 'hono'
import type { Account, TerminalAsk } from '../../engine/ports-identity.ts'
import { readForm } from '../read-form.ts'
import type { WebEnv } from '../who.ts'
import { tooMany } from './guard-rate.ts'
import { openRateLimit, type RateLimit } from './rate-limit.ts'
import type { Frame } from './sign-in-room.ts'
import type { TerminalDesk } from './terminal.ts'
import { answered, askCode, confirmTerminal, noTerminal, notNeeded, TERMINAL_PATH } from './terminal-page.ts'
import { signedIn } from './token.ts'

export type TerminalRoomDeps = {
  /** `undefined`: nobody can sign in here. */
  terminals: () => TerminalDesk | undefined
  frame: Frame
  peerOf: (context: Context<WebEnv>) => string
  /** Milliseconds that only grow. */
  now: () => number
  /** ms since 1970. */
  date: () => number
  /** For the log. */
  told: (what: string, fields: Readonly<Record<string, string>>) => void
}

const WRONG_CODES_A_MINUTE = 5

export function terminalRoom(deps: TerminalRoomDeps): Hono<WebEnv> {
  const wrong = openRateLimit({ perMinute: WRONG_CODES_A_MINUTE, now: deps.now })
  const room = new Hono<WebEnv>()
  room.get(TERMINAL_PATH, (context) => ask(context, deps))
  room.post(TERMINAL_PATH, (context) => inFront(context, { ...deps, wrong }, look))
  room.post(`${TERMINAL_PATH}/answer`, (context) => inFront(context, { ...deps, wrong }, decide))
  return room
}

async function ask(context: Context<WebEnv>, deps: TerminalRoomDeps): Promise<Response> {
  return signedIn(context.get('who')) ? deps.frame(context, askCode()) : sendAway(context, deps)
}

/** Also from a page that was open for longer than the session. */
function sendAway(context: Context<WebEnv>, { terminals, frame }: TerminalRoomDeps): Response | Promise<Response> {
  const mayCome = context.get('who').kind === 'nobody' && terminals()
  return mayCome ? context.redirect(`/sign-in?to=${TERMINAL_PATH}`, 303) : frame(context, notNeeded())
}

type Deps = TerminalRoomDeps & { wrong: RateLimit }
type Sent = { desk: TerminalDesk; account: Account; code: string; form: Readonly<Record<string, string>> }

/** Nobody tries codes who is not signed in, and nobody many of them. */
async function inFront(
  context: Context<WebEnv>,
  deps: Deps,
  handle: (context: Context<WebEnv>, deps: Deps, sent: Sent) => Promise<Response | undefined>,
): Promise<Response> {
  const desk = deps.terminals()
  const account = signedIn(context.get('who'))
  if (!desk || !account) return await sendAway(context, deps)
  const waitMs = deps.wrong.waitMs(account.id)
  if (waitMs !== undefined) return tooMany(context, waitMs)
  const form = await readForm(context)
  const { code = '' } = form
  const handled = await handle(context, deps, { desk, account, code, form })
  if (handled) return handled
  deps.wrong.take(account.id)
  return deps.frame(context, noTerminal())
}

async function look(context: Context<WebEnv>, { frame, peerOf, date }: Deps, { desk, account, code }: Sent) {
  const found = await desk.asking(code)
  return found && frame(context, confirmTerminal({ ask: found, account, code, here: peerOf(context), now: date() }))
}

async function decide(context: Context<WebEnv>, { frame, told }: Deps, { desk, account, code, form }: Sent) {
  const { answer } = form
  if (answer !== 'allow' && answer !== 'deny') return undefined
  const found = await desk.answer(code, answer === 'allow' ? account : 'denied')
  if (found) told(answer === 'allow' ? 'a terminal was let in' : 'a terminal was denied', fieldsOf(found, account))
  return found && frame(context, answered(found, answer))
}

function fieldsOf({ machine, address }: TerminalAsk, { id, login }: Account): Record<string, string> {
  return { account: id, login, machine, address }
}

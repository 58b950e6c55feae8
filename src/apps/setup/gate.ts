// Who may set the App up: whoever has read the link in the log, in the browser that opened it. Everything here is random, lives in
// memory, and ends with the process or with the set-up.

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

export type SetupGate = {
  /** For the log. */
  token: string
  /** Answers the session of whoever has the token. */
  enter(token: string): string | undefined
  admits(session: string | undefined): boolean
  /** What GitHub must bring back; an earlier one is worth nothing any more. */
  newState(): string
  /** true once for the newest state. */
  takeState(state: string): boolean
}

export function openSetupGate(): SetupGate {
  const token = random()
  const session = random()
  let state: string | undefined
  return {
    token,
    enter: (given) => (equal(given, token) ? session : undefined),
    admits: (given) => given !== undefined && equal(given, session),
    newState() {
      state = random()
      return state
    },
    takeState(given) {
      const right = state !== undefined && equal(given, state)
      if (right) state = undefined
      return right
    },
  }
}

function random(): string {
  return randomBytes(32).toString('base64url')
}

/** Takes as long for every wrong text. */
function equal(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHash('sha256').update(text).digest())
  return a !== undefined && b !== undefined && timingSafeEqual(a, b)
}

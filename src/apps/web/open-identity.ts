// Who people are at the web app of this server: the guards and the rooms of sign-in on GitHub's App, its workflows and the store.
// Wiring only.

import type { Credentials } from '../../adapters/github/credentials.ts'
import { createSignIn } from '../../adapters/github/sign-in.ts'
import { createWorkflowProof } from '../../adapters/github/workflow-identity.ts'
import type { IdentityStore } from '../../engine/ports-identity.ts'
import type { Room } from '../../web/app.ts'
import { type GuardsDeps, makeGuards } from '../../web/sign-in/guards.ts'
import { linkRoom } from '../../web/sign-in/link-room.ts'
import { type Frame, type SignInDeps, signInRoom } from '../../web/sign-in/sign-in-room.ts'
import { type TerminalDesk, terminalDesk } from '../../web/sign-in/terminal.ts'
import { TERMINAL_PATH } from '../../web/sign-in/terminal-page.ts'
import { terminalRoom } from '../../web/sign-in/terminal-room.ts'
import { type TokenDesk, tokenDesk } from '../../web/sign-in/token.ts'
import type { Who } from '../../web/who.ts'
import type { Registration } from '../github/door/registration.ts'
import { type AlonePlace, alonePerson } from './alone.ts'
import { httpVersionOf, peerOf } from './peer.ts'

export type IdentityOptions = AlonePlace & {
  identity: IdentityStore
  registration: Pick<Registration, 'current'>
  frame: Frame
  newId: () => string
  told: SignInDeps['told']
} & Pick<GuardsDeps, 'scriptSources' | 'failed'>

export type OpenIdentity = {
  guards: ReturnType<typeof makeGuards>
  rooms: Room[]
  tokens: (who: Who) => TokenDesk | undefined
  /** `undefined` while nobody can sign in. */
  terminals: () => TerminalDesk | undefined
}

export function openIdentity(options: IdentityOptions): OpenIdentity {
  const { identity, registration, settings, newId, frame, told, failed, scriptSources } = options
  const { url } = settings
  const app = () => registration.current()
  const provider = keptFor(app, ({ apiUrl, oauth }) => oauth && createSignIn(apiUrl, oauth))
  const workflows = keptFor(app, ({ apiUrl }) => (url === undefined ? undefined : createWorkflowProof(apiUrl, url)))
  const at = url === undefined ? {} : { url }
  const desk = url === undefined ? undefined : terminalDesk({ identity, newId, page: `${url}${TERMINAL_PATH}` })
  const terminals = () => (provider() ? desk : undefined)
  const now = () => performance.now()
  return {
    guards: makeGuards({
      ...{ identity, workflows, peerOf, httpVersionOf, failed, scriptSources, ...at },
      alone: () => alonePerson(options, app() !== undefined),
      now,
    }),
    rooms: [
      { path: '/', app: signInRoom({ identity, provider, frame, newId, told, failed, ...at }) },
      { path: '/', app: linkRoom({ identity, frame, told }) },
      { path: '/', app: terminalRoom({ terminals, frame, told, peerOf, now, date: () => Date.now() }) },
    ],
    tokens: (who) => tokenDesk(identity, who, newId),
    terminals,
  }
}

/** Makes a thing once for the credentials that it was made of. */
function keptFor<T>(app: () => Credentials | undefined, make: (credentials: Credentials) => T): () => T | undefined {
  let made: { of: Credentials; thing: T } | undefined
  return () => {
    const of = app()
    if (!of) return undefined
    if (made?.of !== of) made = { of, thing: make(of) }
    return made.thing
  }
}

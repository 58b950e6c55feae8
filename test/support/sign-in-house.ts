// A web app with sign-in for tests: real guards and rooms over the store in memory, GitHub played by a table of codes, and one room
// behind the guards that tells who it sees.

import { createHash } from 'node:crypto'
import { Hono } from 'hono'
import type { Person } from '../../src/core/intent.ts'
import type { Account, AccountProvider, IdentityStore, WorkflowProof } from '../../src/engine/ports-identity.ts'
import { createWeb } from '../../src/web/app.ts'
import { render } from '../../src/web/pages/render.ts'
import { makeGuards } from '../../src/web/sign-in/guards.ts'
import { linkRoom } from '../../src/web/sign-in/link-room.ts'
import type { Frame } from '../../src/web/sign-in/sign-in-room.ts'
import { signInRoom } from '../../src/web/sign-in/sign-in-room.ts'
import { type TerminalDesk, terminalDesk } from '../../src/web/sign-in/terminal.ts'
import { terminalRoom } from '../../src/web/sign-in/terminal-room.ts'
import type { WebEnv } from '../../src/web/who.ts'
import { memoryIdentity } from './memory-identity.ts'
import { type Browser, openBrowser } from './web-browser.ts'

export const ORIGIN = 'https://houston.acme.dev'
export const LOCAL = 'http://127.0.0.1:8080'
export const ada: Account = { id: '42', login: 'ada' }

export type SignInHouse = {
  web: Hono<WebEnv>
  identity: IdentityStore
  terminals: TerminalDesk
  /** The store's clock and the limits', ms. */
  time: { now: number }
  /** GitHub makes a code for whoever consents to the newest authorization that it was asked for, or to an earlier one. */
  grant(code: string, account: Account | 'no-answer', nth?: number): void
  /** Where GitHub was asked to send browsers to. */
  asked: Parameters<AccountProvider['authorizeUrl']>[0][]
  told: string[]
  faults: Error[]
  browser(): Browser
}

export type HouseOptions = {
  alone?: Person
  app?: boolean
  workflows?: WorkflowProof
  peer?: () => string
  httpVersion?: string
  url?: string
}

export function openSignInHouse({
  alone,
  app = true,
  workflows,
  peer = () => '192.0.2.1',
  httpVersion = '1.1',
  url = ORIGIN,
}: HouseOptions = {}): SignInHouse {
  const time = { now: 1_000_000 }
  const identity = memoryIdentity(() => time.now)
  const codes: Codes = new Map()
  const asked: SignInHouse['asked'] = []
  const told: string[] = []
  const faults: Error[] = []
  const failed = (fault: Error) => void faults.push(fault)
  let ids = 0
  const newId = () => `id-${++ids}`
  const provider = providerOf(codes, asked)
  const frame: Frame = (context, { view, status }) => context.html(render(view), status ?? 200)
  const at = alone ? {} : { url }
  const terminals = terminalDesk({ identity, newId, page: `${url}/device` })
  const now = () => time.now
  const web = createWeb({
    failed,
    guards: makeGuards({
      ...{ identity, failed, scriptSources: ["'sha256-abc'"], workflows: () => workflows, alone: () => alone, ...at },
      ...{ peerOf: peer, httpVersionOf: () => httpVersion, now },
    }),
    rooms: [
      {
        path: '/',
        app: signInRoom({
          ...{ identity, frame, newId, failed, ...at, provider: () => (app ? provider : undefined) },
          told: (what, fields) => void told.push(`${what} ${JSON.stringify(fields)}`),
        }),
      },
      { path: '/', app: linkRoom({ identity, frame, told: (what) => void told.push(what) }) },
      {
        path: '/',
        app: terminalRoom({
          ...{ frame, now, date: now, peerOf: peer, terminals: () => (app && !alone ? terminals : undefined) },
          told: (what, fields) => void told.push(`${what} ${JSON.stringify(fields)}`),
        }),
      },
      { path: '/', app: mirror() },
    ],
  })
  const browser = () => openBrowser(web, alone ? LOCAL : ORIGIN)
  const grant: SignInHouse['grant'] = (code, account, nth = -1) =>
    void codes.set(code, { account, challenge: asked.at(nth)?.challenge })
  return { web, identity, terminals, time, grant, asked, told, faults, browser }
}

/** Tells what the guards made of a request. */
function mirror(): Hono<WebEnv> {
  const room = new Hono<WebEnv>()
  room.on(['GET', 'POST', 'PUT', 'DELETE', 'PATCH'], ['/who', '/api/v1/who', '/api/v1/oauth/device'], (context) =>
    context.json(context.get('who')),
  )
  return room
}

type Codes = Map<string, { account: Account | 'no-answer'; challenge: string | undefined }>

function providerOf(codes: Codes, asked: SignInHouse['asked']): AccountProvider {
  return {
    authorizeUrl(ask) {
      asked.push(ask)
      return `https://github.com/login/oauth/authorize?state=${ask.state}`
    },
    async accountOf({ code, verifier }) {
      const challenge = createHash('sha256').update(verifier).digest('base64url')
      const granted = codes.get(code)
      codes.delete(code)
      // As GitHub does it: a code belongs to the challenge that it was made for.
      if (granted?.challenge !== challenge) return undefined
      if (granted.account === 'no-answer') throw new Error('GitHub is away')
      return granted.account
    },
  }
}

/** A whole sign-in, as GitHub's page would have carried it on. */
export async function signIn(house: SignInHouse, browser: Browser, to = '/who', account = ada): Promise<Response> {
  await browser.visit(`/sign-in?to=${encodeURIComponent(to)}`)
  const code = `code-${house.asked.length}`
  house.grant(code, account)
  return await browser.visit(`/sign-in/callback?code=${code}&state=${house.asked.at(-1)?.state}`)
}

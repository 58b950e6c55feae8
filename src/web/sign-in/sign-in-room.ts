// Signing in with GitHub and out again. A sign-in is bound to the browser that began it by a cookie, to its code by PKCE, and is
// good once; the session is always a new one, so that nobody can have prepared it.

import { type Context, Hono } from 'hono'
import type { AccountProvider, IdentityStore } from '../../engine/ports-identity.ts'
import { html, type View } from '../view/html.ts'
import type { WebEnv } from '../who.ts'
import { clearCookie, readCookie, writeCookie } from './cookies.ts'
import { isLoopbackHost } from './guard-host.ts'
import { SESSION_LIMITS } from './identify.ts'
import { returnTo } from './return-to.ts'
import { challengeOf, digestOf, newSecretText } from './secret-text.ts'
import { signedIn } from './token.ts'

/** Puts a view into the frame that all pages have. */
export type Frame = (
  context: Context<WebEnv>,
  body: { title: string; view: View; status?: 400 | 404 | 502 },
) => Response

export type SignInDeps = {
  identity: Pick<IdentityStore, 'keepSignIn' | 'takeSignIn' | 'openSession' | 'endSession' | 'endSessions'>
  /** `undefined`: there is no GitHub App yet, or it came without credentials for this. */
  provider: () => AccountProvider | undefined
  /** Where people reach this server; absent: GitHub could not send anybody back. */
  url?: string
  frame: Frame
  /** Unique, and no secret. */
  newId: () => string
  /** For the log. */
  told: (what: string, fields: Readonly<Record<string, string>>) => void
  failed: (fault: Error) => void
}

const CALLBACK_PATH = '/sign-in/callback'
const AWAY_FOR_MS = 10 * 60 * 1_000

export function signInRoom(deps: SignInDeps): Hono<WebEnv> {
  const room = new Hono<WebEnv>()
  room.get('/sign-in', (context) => leave(context, deps))
  room.get(CALLBACK_PATH, (context) => comeBack(context, deps))
  room.post('/sign-out', (context) => signOut(context, deps))
  room.post('/sign-out/everywhere', (context) => signOutEverywhere(context, deps))
  return room
}

async function leave(context: Context<WebEnv>, deps: SignInDeps): Promise<Response> {
  const to = returnTo(context.req.query('to'))
  if (context.get('who').kind === 'known') return context.redirect(to, 303)
  const provider = deps.provider()
  if (!provider || deps.url === undefined || !keepsCookies(deps.url)) return cannot(context, deps)
  const [state, verifier] = [newSecretText(), newSecretText()]
  await deps.identity.keepSignIn({ hash: digestOf(state), verifier, returnTo: to, forMs: AWAY_FOR_MS })
  writeCookie(context, 'houston-sign-in', { text: state, forMs: AWAY_FOR_MS })
  const back = `${deps.url}${CALLBACK_PATH}`
  return context.redirect(provider.authorizeUrl({ state, challenge: challengeOf(verifier), back }), 303)
}

/** Browsers keep `Secure` cookies only of HTTPS and of their own machine. */
function keepsCookies(url: string): boolean {
  return url.startsWith('https:') || isLoopbackHost(new URL(url).host)
}

async function comeBack(context: Context<WebEnv>, deps: SignInDeps): Promise<Response> {
  const { code, state } = context.req.query()
  const begun = readCookie(context, 'houston-sign-in')
  clearCookie(context, 'houston-sign-in')
  const provider = deps.provider()
  if (!provider || deps.url === undefined) return cannot(context, deps)
  // Another browser's state, however it came here, is nothing; it is compared before it is used up.
  const ours = state !== undefined && begun !== undefined && digestOf(state) === digestOf(begun)
  const signIn = ours ? await deps.identity.takeSignIn(digestOf(state)) : undefined
  if (!signIn || code === undefined) return again(context, deps)
  const account = await accountOf(deps, provider, {
    code,
    verifier: signIn.verifier,
    back: `${deps.url}${CALLBACK_PATH}`,
  })
  if (account === 'no-answer') return noAnswer(context, deps)
  if (!account) return again(context, deps)
  await endOld(context, deps)
  const session = newSecretText()
  await deps.identity.openSession({ id: deps.newId(), hash: digestOf(session), account })
  writeCookie(context, 'houston-session', { text: session, forMs: SESSION_LIMITS.longestMs })
  deps.told('signed in', { account: account.id, login: account.login })
  return context.redirect(signIn.returnTo, 303)
}

async function accountOf(
  deps: SignInDeps,
  provider: AccountProvider,
  brought: Parameters<AccountProvider['accountOf']>[0],
) {
  try {
    return await provider.accountOf(brought)
  } catch (error) {
    deps.failed(error instanceof Error ? error : new Error(String(error)))
    return 'no-answer' as const
  }
}

async function signOut(context: Context<WebEnv>, deps: SignInDeps): Promise<Response> {
  await endOld(context, deps)
  clearCookie(context, 'houston-session')
  return context.redirect('/', 303)
}

/** For whoever lost a browser: every session of theirs ends, tokens stay. */
async function signOutEverywhere(context: Context<WebEnv>, deps: SignInDeps): Promise<Response> {
  const account = signedIn(context.get('who'))
  if (account) {
    await deps.identity.endSessions(account.id)
    deps.told('signed out everywhere', { account: account.id, login: account.login })
  }
  return await signOut(context, deps)
}

async function endOld(context: Context<WebEnv>, { identity }: SignInDeps): Promise<void> {
  const old = readCookie(context, 'houston-session')
  if (old !== undefined) await identity.endSession(digestOf(old))
}

function again(context: Context<WebEnv>, { frame }: SignInDeps): Response {
  const view = html`<h1>You are not signed in</h1>
    <p>GitHub came back with something that this browser did not ask for, or asked for too long ago, or you declined.</p>
    <p><a class="button" href="/sign-in">Sign in again</a></p>`
  return frame(context, { title: 'Not signed in', view, status: 400 })
}

function noAnswer(context: Context<WebEnv>, { frame }: SignInDeps): Response {
  const view = html`<h1>GitHub did not answer</h1>
    <p>It could not be asked who you are. Terminals of this server work on.</p>
    <p><a class="button" href="/sign-in">Sign in again</a></p>`
  return frame(context, { title: 'Not signed in', view, status: 502 })
}

function cannot(context: Context<WebEnv>, { frame }: SignInDeps): Response {
  const view = html`<h1>Nobody can sign in yet</h1>
    <p>People sign in with GitHub. That needs a GitHub App with its client ID and client secret, and the address at which people reach
      this server by HTTPS (<code>url</code> in houston.server.yml, or <code>HOUSTON_URL</code>).</p>
    <p><code>houston doctor</code> says what is missing.</p>`
  return frame(context, { title: 'Sign in', view, status: 404 })
}

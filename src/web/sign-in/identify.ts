// Finds out who sends a request: a token, a workflow's job, a browser's session, or the one person of a server without sign-in. It
// decides no rights. A token counts for the API alone and a cookie is not looked at beside it.

import type { Context, MiddlewareHandler } from 'hono'
import type { Person } from '../../core/intent.ts'
import type { IdentityStore, Token, Workflow, WorkflowProof } from '../../engine/ports-identity.ts'
import type { Known, WebEnv, Who } from '../who.ts'
import { readCookie } from './cookies.ts'
import { tooMany } from './guard-rate.ts'
import { openRateLimit } from './rate-limit.ts'
import { isApi, refuse } from './refuse.ts'
import { digestOf, isSecretText } from './secret-text.ts'

export type IdentifyDeps = {
  identity: Pick<IdentityStore, 'session' | 'useToken'>
  /** `undefined`: no forge attests workflows here. */
  workflows: () => WorkflowProof | undefined
  /** Who works here without sign-in, if somebody does. */
  alone: () => Person | undefined
  peerOf: (context: Context<WebEnv>) => string
  /** Milliseconds that only grow. */
  now: () => number
  failed: (fault: Error) => void
}

const DAY_MS = 24 * 60 * 60 * 1_000
export const SESSION_LIMITS = { idleMs: 7 * DAY_MS, longestMs: 30 * DAY_MS }
const WRONG_TOKENS_A_MINUTE = 20
const NOBODY: Who = { kind: 'nobody' }

export function identify(deps: IdentifyDeps): MiddlewareHandler<WebEnv> {
  const wrong = openRateLimit({ perMinute: WRONG_TOKENS_A_MINUTE, now: deps.now })
  return async (context, next) => {
    const bearer = isApi(context) ? bearerOf(context) : undefined
    if (bearer === undefined) {
      context.set('who', (await sessionOf(context, deps)) ?? aloneOf(context, deps) ?? NOBODY)
      return await next()
    }
    const peer = deps.peerOf(context)
    // A right token passes whoever guesses at the same address; what costs more than a look is not done for those.
    const token = await deps.identity.useToken(digestOf(bearer))
    const waitMs = token ? undefined : wrong.waitMs(peer)
    if (waitMs !== undefined) return tooMany(context, waitMs)
    const known = token ? knownByToken(token) : await provedBy(bearer, deps)
    if (known === 'no-answer') return refuse(context, 'no-answer', { 'retry-after': '5' })
    if (known === undefined) {
      wrong.take(peer)
      return refuse(context, 'not-signed-in', { 'www-authenticate': 'Bearer error="invalid_token"' })
    }
    context.set('who', known)
    return await next()
  }
}

function bearerOf(context: Context<WebEnv>): string | undefined {
  return /^Bearer +([\x21-\x7e]+)$/i.exec(context.req.header('authorization') ?? '')?.[1]
}

async function provedBy(bearer: string, { workflows, failed }: IdentifyDeps) {
  const proof = bearer.split('.').length === 3 ? workflows() : undefined
  try {
    const workflow = await proof?.workflowOf(bearer)
    return workflow && knownByWorkflow(workflow)
  } catch (error) {
    failed(error instanceof Error ? error : new Error(String(error)))
    return 'no-answer' as const
  }
}

function knownByToken({ owner, scopes }: Token): Known {
  const person: Person = { via: 'github', id: owner.id, name: owner.login, door: 'api' }
  return { kind: 'known', by: 'token', person, scopes }
}

/** A job may look at what is its repository's, and act on the environment that GitHub let it into. */
function knownByWorkflow({ repositoryId, repository, actor, byActor, environment }: Workflow): Known {
  const name = `${repository} (${actor.login})`
  const id = `${repositoryId}/${byActor ? actor.id : 'unknown'}`
  const person: Person = { via: 'workflow', id, name, door: 'action' }
  const act = environment === undefined ? [] : [{ may: 'act' as const, environment }]
  return { kind: 'known', by: 'workflow', person, scopes: [{ may: 'look' }, ...act] }
}

async function sessionOf(context: Context<WebEnv>, { identity }: IdentifyDeps): Promise<Known | undefined> {
  const cookie = readCookie(context, 'houston-session')
  const session = isSecretText(cookie) ? await identity.session(digestOf(cookie), SESSION_LIMITS) : undefined
  if (!session) return undefined
  const { id, login } = session.account
  return { kind: 'known', by: 'session', person: { via: 'github', id, name: login, door: 'web' } }
}

function aloneOf(context: Context<WebEnv>, { alone }: IdentifyDeps): Known | undefined {
  const person = alone()
  return person && { kind: 'known', by: 'alone', person: { ...person, door: isApi(context) ? 'api' : 'web' } }
}

// Who a step is to the server: a token that the workflow gives, or the identity that GitHub signs for this job and this server
// alone. It is fetched anew before it ends, and hidden in every log.

import { z } from 'zod'
import type { StepContext } from '../step-context.ts'
import { StepFault } from '../way.ts'

/** Answers what to send. `afresh`: the last one was not taken. */
export type Bearer = (afresh: 'as-it-is' | 'afresh') => Promise<string>

/** Used at most so long; GitHub's lasts five minutes at least. */
const KEEP_MS = 180_000
const LONGEST_MS = 10_000
const TRIES = 3

const answer = z.object({ value: z.string().min(1) })

export function openBearer(
  { inputs, env, log }: Pick<StepContext, 'inputs' | 'env' | 'log'>,
  now: () => number,
): Bearer {
  if (inputs.way.kind === 'server' && inputs.way.token) {
    const { token } = inputs.way
    return async () => token.reveal()
  }
  const asked = requestOf(env, inputs.way.kind === 'server' ? inputs.way.url : '')
  let kept: { value: string; until: number } | undefined
  return async (afresh) => {
    if (kept && afresh === 'as-it-is' && now() < kept.until) return kept.value
    const value = await fetchIdentity(asked)
    log.mask(value)
    kept = { value, until: now() + KEEP_MS }
    return value
  }
}

type Asked = { url: string; token: string }

/** The runner gives these to jobs that may have an identity. The audience is the server, as it calls itself. */
function requestOf(env: StepContext['env'], audience: string): Asked {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: address, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } = env
  const url = URL.parse(address ?? '')
  if (!url || !token)
    throw new StepFault(
      'no-identity',
      'the job has no identity: give it permissions: id-token: write, or the input token',
    )
  url.searchParams.set('audience', audience)
  return { url: url.href, token }
}

async function fetchIdentity({ url, token }: Asked): Promise<string> {
  let why = ''
  for (let tries = 0; tries < TRIES; tries++) {
    try {
      const headers = { authorization: `Bearer ${token}`, accept: 'application/json' }
      const response = await fetch(url, { headers, redirect: 'error', signal: AbortSignal.timeout(LONGEST_MS) })
      if (response.ok) return answer.parse(await response.json()).value
      why = `${response.status}`
    } catch (error) {
      why = error instanceof Error ? String(error.cause ?? error.message) : String(error)
    }
  }
  throw new StepFault('no-identity', `GitHub gave no identity for this job: ${why}`)
}

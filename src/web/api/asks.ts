// What is asked of a rollout that exists. By its own path it must be its environment's newest: whoever looks at an older one and says
// halt means something that is no longer there. By the environment's path the newest is meant, whichever that is.

import { z } from 'zod'
import type { Target } from '../../core/command.ts'
import type { Act } from '../../engine/ports-desk.ts'
import { carry } from './act.ts'
import type { Caller } from './caller.ts'
import type { ApiDeps } from './deps.ts'
import { NOT_FOUND, type Reply } from './problem.ts'
import { byId, placeOf } from './rollouts.ts'
import { type Route, route } from './route.ts'
import { word } from './schema/common.ts'
import { accepted, approveBody, begun, rollbackBody, seenBody, skipBody } from './schema/rollout.ts'

const ASKS = {
  halt: 'Begin nothing more.',
  resume: 'Go on after a halt; failures so far are set aside.',
  continue: 'Go on with the next stage.',
  retry: 'Run the failed hosts again.',
  abort: 'End it; what runs comes to its end.',
} as const

const PLAIN = ['halt', 'resume', 'continue', 'retry', 'abort'] as const
const byPlace = z.strictObject({ application: word, environment: word })

export function askRoutes(deps: ApiDeps): Route[] {
  const ofRollout = asksAt({
    ...{ deps, base: '/v1/rollouts/{rollout}', tag: 'Rollouts', suffix: '', params: byId },
    async about({ rollout }) {
      const record = await deps.store.rollout(rollout)
      return record && { target: placeOf(record), rollout }
    },
  })
  const ofEnvironment = asksAt({
    ...{ deps, base: '/v1/environments/{application}/{environment}', tag: 'Environments', suffix: 'Environment' },
    ...{ params: byPlace, about: async (target: Target) => ({ target }) },
  })
  return [...ofRollout, ...ofEnvironment]
}

type About = { target: Target; rollout?: string }

type Place<P extends z.ZodObject> = {
  deps: ApiDeps
  base: `/v1/${string}`
  tag: string
  /** Tells the names of the two ways apart. */
  suffix: string
  params: P
  /** `undefined`: there is no such thing. */
  about: (params: z.output<P>) => Promise<About | undefined>
}

function asksAt<P extends z.ZodObject>({ deps, base, tag, suffix, params, about }: Place<P>): Route[] {
  const ask = async (of: z.output<P>, caller: Caller, wish: Wish): Promise<Reply<z.output<typeof accepted>>> => {
    const meant = await about(of)
    return meant ? await carryAsk(deps, caller, { ...meant, ...wish }) : NOT_FOUND
  }
  return [
    ...PLAIN.map((verb) =>
      route({
        ...{ method: 'post', path: `${base}/${verb}`, operation: `${verb}${suffix}`, tag, summary: ASKS[verb] },
        ...{ params, body: seenBody.default({}), answer: accepted },
        handle: (sent, caller) => ask(sent.params, caller, { verb, ...sent.body }),
      }),
    ),
    route({
      ...{ method: 'post', path: `${base}/approve`, operation: `approve${suffix}`, tag },
      ...{ summary: 'Say as a second person that it may begin.', params },
      ...{ body: approveBody.default({}), answer: accepted },
      handle: (sent, caller) => ask(sent.params, caller, { verb: 'approve', ...sent.body }),
    }),
    route({
      ...{ method: 'post', path: `${base}/skip`, operation: `skip${suffix}`, tag },
      ...{ summary: 'Take a host out of it.', params, body: skipBody, answer: accepted },
      handle: (sent, caller) => ask(sent.params, caller, { verb: 'skip', host: sent.body.host }),
    }),
    route({
      ...{ method: 'post', path: `${base}/rollback`, operation: `rollback${suffix}`, tag, status: 201, params },
      ...{
        summary: 'Go back to the last good release, or to a named one.',
        body: rollbackBody.default({}),
        answer: begun,
      },
      async handle(sent, caller) {
        const done = await ask(sent.params, caller, { verb: 'rollback', ...sent.body })
        return 'problem' in done ? done : { body: { rollout: done.body.rollout ?? '' } }
      },
    }),
  ]
}

type Wish =
  | { verb: (typeof PLAIN)[number]; mark?: string }
  | { verb: 'approve'; release?: string }
  | { verb: 'skip'; host: string }
  | { verb: 'rollback'; to?: string; reason?: string }

async function carryAsk(deps: ApiDeps, caller: Caller, act: Act): Promise<Reply<z.output<typeof accepted>>> {
  const done = await carry(deps, caller, act)
  if ('problem' in done) return done
  const rollout = done.body.kind === 'locks' ? undefined : done.body.rollout
  return { body: rollout === undefined ? {} : { rollout } }
}

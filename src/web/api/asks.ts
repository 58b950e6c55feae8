// What is asked of a rollout that exists. It must be its environment's newest: whoever looks at an older one and says halt means
// something that is no longer there.

import type { z } from 'zod'
import type { Act } from '../../engine/ports-desk.ts'
import { carry } from './act.ts'
import type { Caller } from './caller.ts'
import type { ApiDeps } from './deps.ts'
import { NOT_FOUND, type Reply } from './problem.ts'
import { byId, placeOf } from './rollouts.ts'
import { type Route, route } from './route.ts'
import { accepted, begun, emptyBody, rollbackBody, skipBody } from './schema/rollout.ts'

const tag = 'Rollouts'

const ASKS = {
  halt: 'Begin nothing more.',
  resume: 'Go on after a halt; failures so far are set aside.',
  continue: 'Go on with the next stage.',
  retry: 'Run the failed hosts again.',
  abort: 'End it; what runs comes to its end.',
} as const

export function askRoutes(deps: ApiDeps): Route[] {
  const verbs = ['halt', 'resume', 'continue', 'retry', 'abort'] as const
  return [
    ...verbs.map((verb) =>
      route({
        ...{ method: 'post', path: `/v1/rollouts/{rollout}/${verb}`, operation: verb, tag, summary: ASKS[verb] },
        ...{ params: byId, body: emptyBody.default({}), answer: accepted },
        handle: ({ params }, caller) => ask(deps, caller, { id: params.rollout, verb: { verb } }),
      }),
    ),
    route({
      ...{ method: 'post', path: '/v1/rollouts/{rollout}/skip', operation: 'skip', tag },
      ...{ summary: 'Take a host out of it.', params: byId, body: skipBody, answer: accepted },
      handle: ({ params, body }, caller) =>
        ask(deps, caller, { id: params.rollout, verb: { verb: 'skip', host: body.host } }),
    }),
    route({
      ...{ method: 'post', path: '/v1/rollouts/{rollout}/rollback', operation: 'rollback', tag, status: 201 },
      ...{ summary: 'Go back to the last good release, or to a named one.', params: byId },
      ...{ body: rollbackBody.default({}), answer: begun },
      async handle({ params, body }, caller) {
        const done = await ask(deps, caller, { id: params.rollout, verb: { verb: 'rollback', ...body } })
        return 'problem' in done ? done : { body: { rollout: done.body.rollout ?? '' } }
      },
    }),
  ]
}

type Asked = { id: string; verb: Omit<Extract<Act, { verb: 'rollback' }>, 'target'> | Verb }
type Verb = { verb: 'halt' | 'resume' | 'continue' | 'retry' | 'abort' } | { verb: 'skip'; host: string }

async function ask(deps: ApiDeps, caller: Caller, { id, verb }: Asked): Promise<Reply<z.output<typeof accepted>>> {
  const record = await deps.store.rollout(id)
  if (!record) return NOT_FOUND
  const done = await carry(deps, caller, { target: placeOf(record), rollout: id, ...verb })
  if ('problem' in done) return done
  const rollout = done.body.kind === 'locks' ? undefined : done.body.rollout
  return { body: rollout === undefined ? {} : { rollout } }
}

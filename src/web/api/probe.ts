// Asks an environment's hosts themselves what they run. That reaches them with the server's keys, so it is for whoever may deploy
// there, some hosts at a time.

import { z } from 'zod'
import { refused } from '../../core/intent.ts'
import { NO_SCOPE, refusedTo } from './act.ts'
import type { ApiDeps } from './deps.ts'
import { BASE, target } from './environments.ts'
import { limit, offset } from './page.ts'
import { type Route, route } from './route.ts'
import { hostReadings } from './schema/place.ts'

export function probeRoute(deps: ApiDeps): Route {
  return route({
    ...{ method: 'post', path: `${BASE}/probe`, operation: 'probeHosts', tag: 'Environments', params: target },
    ...{ summary: 'What its hosts say of themselves, and what is not as recorded.', answer: hostReadings },
    query: z.strictObject({ cursor: offset, limit }),
    async handle({ params, query: { cursor: from = 0, limit: size } }, caller) {
      const no = caller.mayTry(params)
        ? await deps.desk.mayAct(caller.person, params)
        : refused('not-allowed', NO_SCOPE)
      if (no) return await refusedTo(deps, { caller, target: params }, no)
      const { hosts, more } = await deps.probe(params, { from, size })
      return { body: { hosts: [...hosts], ...(more && { next: String(from + size) }) } }
    },
  })
}

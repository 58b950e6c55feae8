// Environments: what runs there now, who holds their locks, and what could be deployed. What was before is in past.ts.

import { z } from 'zod'
import type { Target } from '../../core/command.ts'
import { reportRollout } from '../../core/report.ts'
import type { SeenPlace } from '../../engine/ports-desk.ts'
import { carry } from './act.ts'
import type { Caller } from './caller.ts'
import type { ApiDeps } from './deps.ts'
import { NOT_FOUND, type Reply } from './problem.ts'
import { type Route, route } from './route.ts'
import { word } from './schema/common.ts'
import { lockBody, lockOutcome, locks, places, refs, standing } from './schema/place.ts'
import { summaryOf } from './summary.ts'

const tag = 'Environments'
export const BASE = '/v1/environments/{application}/{environment}'
export const target = z.strictObject({ application: word, environment: word })

export function environmentRoutes(deps: ApiDeps): Route[] {
  const { store, desk } = deps
  return [
    route({
      ...{ method: 'get', path: '/v1/environments', operation: 'listEnvironments', tag },
      ...{ summary: 'Every environment that you may see, with its newest rollout and its locks.', answer: places },
      async handle(_, caller) {
        const environments = (await seenPlaces(deps, caller)).map(async (place) => {
          const [[latest], { locks: held }] = await Promise.all([
            store.rollouts({ ...only(place), limit: 1 }),
            store.locks(only(place)),
          ])
          return { ...place, ...(latest && { latest: summaryOf(latest) }), locks: held }
        })
        return { body: { environments: await Promise.all(environments) } }
      },
    }),
    route({
      ...{ method: 'get', path: BASE, operation: 'showEnvironment', tag },
      ...{ summary: 'Its newest rollout as it stands, and its locks.', params: target, answer: standing },
      async handle({ params }, caller) {
        if (!(await caller.looks(params))) return NOT_FOUND
        const [[latest], { locks: held }] = await Promise.all([
          store.rollouts({ ...params, limit: 1 }),
          store.locks(params),
        ])
        const record = latest && (await store.rollout(latest.id))
        const report = record && reportRollout({ ...record, hosts: await store.hosts(record.id) })
        return { body: { ...params, ...(report && { latest: report }), locks: held } }
      },
    }),
    route({
      ...{ method: 'get', path: `${BASE}/refs`, operation: 'findRefs', tag },
      ...{ summary: 'What could be deployed there: at most 25 that begin so.', params: target },
      ...{ query: z.strictObject({ typed: z.string().max(200).default('') }), answer: refs },
      async handle({ params, query }, caller) {
        if (!(await caller.looks(params))) return NOT_FOUND
        return { body: { refs: [...(await desk.refs(caller.person, params, query.typed))] } }
      },
    }),
    ...lockRoutes(deps),
  ]
}

function lockRoutes(deps: ApiDeps): Route[] {
  return [
    route({
      ...{ method: 'get', path: `${BASE}/lock`, operation: 'showLock', tag },
      ...{ summary: 'Who holds it, who waits for it, and what a rollback left.', params: target, answer: locks },
      async handle({ params }, caller) {
        return (await caller.looks(params)) ? { body: (await deps.store.locks(params)).locks } : NOT_FOUND
      },
    }),
    route({
      ...{ method: 'post', path: `${BASE}/lock`, operation: 'lock', tag, params: target },
      ...{ summary: 'Take it, extend it, or wait for it.', body: lockBody.default({}), answer: lockOutcome },
      handle: ({ params, body }, caller) => change(deps, caller, { target: params, verb: 'lock', ...body }),
    }),
    route({
      ...{ method: 'delete', path: `${BASE}/lock`, operation: 'unlock', tag, params: target },
      ...{ summary: 'Open it, or wait no longer; `steal` also when somebody else holds it.', answer: lockOutcome },
      query: z.strictObject({ steal: z.stringbool().default(false) }),
      handle: ({ params, query: { steal } }, caller) => change(deps, caller, { target: params, verb: 'unlock', steal }),
    }),
  ]
}

type LockAct = { target: Target } & (
  | { verb: 'lock'; reason?: string; forMs?: number }
  | { verb: 'unlock'; steal: boolean }
)

async function change(deps: ApiDeps, caller: Caller, act: LockAct): Promise<Reply<LockAnswer>> {
  const done = await carry(deps, caller, act)
  if ('problem' in done) return done
  if (done.body.kind !== 'locks') throw new Error(`a lock was answered with ${done.body.kind}`)
  return { body: done.body.outcome }
}

type LockAnswer = z.output<typeof lockOutcome>

/** What this caller may see. */
export async function seenPlaces({ desk }: Pick<ApiDeps, 'desk'>, caller: Caller): Promise<SeenPlace[]> {
  const all = await desk.places(caller.person)
  const seen = await Promise.all(all.map((place) => caller.looks(place)))
  return all.filter((_, index) => seen[index])
}

/** By application, then by environment. */
export function byPlace(a: Target, b: Target): number {
  const [one, other] = [`${a.application} ${a.environment}`, `${b.application} ${b.environment}`]
  return one < other ? -1 : Number(one > other)
}

function only({ application, environment }: Target): Target {
  return { application, environment }
}

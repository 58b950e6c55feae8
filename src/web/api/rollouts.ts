// Rollouts: begun, listed, looked at. What is asked of one that exists is in asks.ts.

import { z } from 'zod'
import { reportRollout } from '../../core/report.ts'
import { reportPlan } from '../../core/report-plan.ts'
import type { RolloutRecord, RolloutSummary } from '../../engine/ports.ts'
import { askerOf, carry, refusedTo } from './act.ts'
import type { Caller } from './caller.ts'
import type { ApiDeps } from './deps.ts'
import { limit, MOST, offset, pageOf, visiblePage } from './page.ts'
import { NOT_FOUND } from './problem.ts'
import { type Route, route } from './route.ts'
import { word } from './schema/common.ts'
import { plan } from './schema/plan.ts'
import { report } from './schema/report.ts'
import { begun, deployBody, hostStates, logs, summaries, trail } from './schema/rollout.ts'
import { summaryOf } from './summary.ts'

const tag = 'Rollouts'
export const byId = z.strictObject({ rollout: word })
const byHost = z.strictObject({ rollout: word, host: z.string().min(1).max(500) })
const filter = z.strictObject({
  application: word.exactOptional(),
  environment: word.exactOptional(),
  cursor: word.exactOptional(),
  limit,
})
const cut = z.strictObject({ cursor: offset, limit })

export function rolloutRoutes(deps: ApiDeps): Route[] {
  const { store } = deps
  return [
    route({
      ...{ method: 'post', path: '/v1/rollouts', operation: 'deploy', tag, summary: 'Deploy a release.' },
      ...{ status: 201, body: deployBody, answer: begun },
      async handle({ body: { application, environment, ...wanted } }, caller) {
        const act = { verb: 'deploy', target: { application, environment }, ...wanted } as const
        const done = await carry(deps, caller, act)
        if ('problem' in done) return done
        return { body: { rollout: done.body.kind === 'begun' ? done.body.rollout : '' } }
      },
    }),
    route({
      ...{ method: 'post', path: '/v1/plans', operation: 'plan', tag, summary: 'See what a deploy would do now.' },
      ...{ body: deployBody, answer: plan },
      async handle({ body: { application, environment, ...wanted } }, caller) {
        const target = { application, environment }
        if (!(await caller.looks(target))) return NOT_FOUND
        const planned = await deps.desk.plan(askerOf(deps, caller), { verb: 'deploy', target, ...wanted })
        return planned.kind === 'refused' ? refusedTo(deps, { caller, target }, planned) : { body: reportPlan(planned) }
      },
    }),
    route({
      ...{ method: 'get', path: '/v1/rollouts', operation: 'listRollouts', tag, summary: 'The newest first.' },
      ...{ query: filter, answer: summaries },
      async handle({ query: { cursor, limit: size, ...of } }, caller) {
        const read = (before: string | undefined) =>
          store.rollouts({ ...of, ...(before !== undefined && { before }), limit: MOST })
        const seen = { from: cursor, size, sees: (one: RolloutSummary) => caller.looks(placeOf(one)) }
        const { items, ...rest } = await visiblePage({ read, cursorOf: ({ id }) => id }, seen)
        return { body: { rollouts: items.map(summaryOf), ...rest } }
      },
    }),
    route({
      ...{ method: 'get', path: '/v1/rollouts/{rollout}', operation: 'showRollout', tag, summary: 'How it stands.' },
      ...{ params: byId, answer: report },
      async handle({ params }, caller) {
        const record = await seenRollout(deps, caller, params.rollout)
        if (!record) return NOT_FOUND
        return { body: reportRollout({ ...record, hosts: await store.hosts(record.id) }) }
      },
    }),
    route({
      ...{ method: 'get', path: '/v1/rollouts/{rollout}/plan', operation: 'showPlan', tag },
      ...{ summary: 'The plan that it carries out.', params: byId, answer: plan },
      async handle({ params }, caller) {
        const record = await seenRollout(deps, caller, params.rollout)
        return record ? { body: reportPlan(record.plan) } : NOT_FOUND
      },
    }),
    ...rolloutParts(deps),
  ]
}

function rolloutParts(deps: ApiDeps): Route[] {
  const { store } = deps
  return [
    route({
      ...{ method: 'get', path: '/v1/rollouts/{rollout}/hosts', operation: 'listRolloutHosts', tag },
      ...{ summary: 'Every host of it, in the order of the plan.', params: byId, query: cut, answer: hostStates },
      async handle({ params, query: { cursor = 0, limit: size } }, caller) {
        const record = await seenRollout(deps, caller, params.rollout)
        if (!record) return NOT_FOUND
        const { items, ...rest } = pageOf(await store.hosts(record.id), cursor, size)
        const hosts = items.map(({ begun: _, ...state }, index) => ({ ...hostOf(record, cursor + index), ...state }))
        return { body: { hosts, ...rest } }
      },
    }),
    route({
      ...{ method: 'get', path: '/v1/rollouts/{rollout}/hosts/{host}/logs', operation: 'showLogs', tag },
      ...{ summary: 'What a host wrote, each attempt.', params: byHost, answer: logs },
      async handle({ params: { rollout, host } }, caller) {
        const record = await seenRollout(deps, caller, rollout)
        const index = record?.plan.hosts.findIndex((planned) => planned.host.name === host) ?? -1
        const state = record && index >= 0 ? (await store.hosts(record.id))[index] : undefined
        if (!record || !state) return NOT_FOUND
        return { body: { host, rollout, phase: state.phase, logs: await store.log(rollout, index) } }
      },
    }),
    route({
      ...{ method: 'get', path: '/v1/rollouts/{rollout}/trail', operation: 'showTrail', tag },
      ...{ summary: 'All that happened, hash-chained, the oldest first.', params: byId, query: cut, answer: trail },
      async handle({ params, query: { cursor = 0, limit: size } }, caller) {
        const record = await seenRollout(deps, caller, params.rollout)
        if (!record) return NOT_FOUND
        const entries = await store.trail(record.id, { after: cursor, limit: size + 1 })
        const last = entries.length > size ? entries[size - 1] : undefined
        return { body: { entries: entries.slice(0, size), ...(last && { next: String(last.seq) }) } }
      },
    }),
  ]
}

/** `undefined`: there is none, or this caller may not see it. */
export async function seenRollout(
  { store }: Pick<ApiDeps, 'store'>,
  caller: Caller,
  id: string,
): Promise<RolloutRecord | undefined> {
  const record = await store.rollout(id)
  return record && (await caller.looks(placeOf(record))) ? record : undefined
}

export function placeOf({ application, environment }: { application: string; environment: string }) {
  return { application, environment }
}

function hostOf({ plan: { hosts, zones } }: RolloutRecord, index: number): { name: string; zone: string } {
  const planned = hosts[index]
  return { name: planned?.host.name ?? '', zone: zones[planned?.zone ?? -1]?.name ?? '' }
}

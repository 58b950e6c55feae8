// Environments: what runs there now and ran there before, their hosts, locks, and what could be deployed.

import { z } from 'zod'
import type { Target } from '../../core/command.ts'
import { reportRollout } from '../../core/report.ts'
import { asOf } from '../../core/report-past.ts'
import { carry } from './act.ts'
import type { Caller } from './caller.ts'
import type { ApiDeps } from './deps.ts'
import { limit, MOST } from './page.ts'
import { NOT_FOUND, type Reply } from './problem.ts'
import { summaryOf } from './rollouts.ts'
import { type Route, route } from './route.ts'
import { word } from './schema/common.ts'
import { hostRecords, lockBody, lockOutcome, locks, past, places, refs, releases, standing } from './schema/place.ts'
import { logs } from './schema/rollout.ts'

const tag = 'Environments'
const BASE = '/v1/environments/{application}/{environment}'
const target = z.strictObject({ application: word, environment: word })

export function environmentRoutes(deps: ApiDeps): Route[] {
  const { store, desk } = deps
  return [
    route({
      ...{ method: 'get', path: '/v1/environments', operation: 'listEnvironments', tag },
      ...{ summary: 'Every environment that you may see, with its newest rollout and its locks.', answer: places },
      async handle(_, caller) {
        const all = await desk.places(caller.person)
        const seen = await Promise.all(all.map(async (place) => ((await caller.looks(place)) ? place : undefined)))
        const environments = seen
          .filter((place) => place !== undefined)
          .map(async (place) => {
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
    ...pastRoutes(deps),
    ...lockRoutes(deps),
  ]
}

function pastRoutes(deps: ApiDeps): Route[] {
  const { store } = deps
  return [
    route({
      ...{ method: 'get', path: `${BASE}/hosts`, operation: 'listHosts', tag },
      ...{ summary: 'Its hosts as they are recorded.', params: target, answer: hostRecords },
      async handle({ params }, caller) {
        if (!(await caller.looks(params))) return NOT_FOUND
        return { body: { hosts: await recordedHosts(deps, params) } }
      },
    }),
    route({
      ...{ method: 'get', path: `${BASE}/hosts/{host}/logs`, operation: 'showHostLogs', tag },
      ...{ summary: 'What a host wrote in the newest rollout that began something there.', answer: logs },
      params: z.strictObject({ ...target.shape, host: z.string().min(1).max(500) }),
      async handle({ params: { host, ...place } }, caller) {
        if (!(await caller.looks(place))) return NOT_FOUND
        const found = await newestLogs(deps, place, host)
        return found ? { body: found } : NOT_FOUND
      },
    }),
    route({
      ...{ method: 'get', path: `${BASE}/history`, operation: 'showHistory', tag },
      ...{ summary: 'What each host ran at a moment, ms since 1970.', params: target, answer: past },
      query: z.strictObject({ at: z.coerce.number().int().min(0).max(8.64e15) }),
      async handle({ params, query: { at } }, caller) {
        if (!(await caller.looks(params))) return NOT_FOUND
        const ran = await store.releases(params.application, params.environment, { from: at, to: at })
        return { body: { at, hosts: asOf(ran, at) } }
      },
    }),
    route({
      ...{ method: 'get', path: `${BASE}/releases`, operation: 'listReleases', tag },
      ...{ summary: 'The releases that were rolled out there, the newest first.', params: target, answer: releases },
      query: z.strictObject({ cursor: word.exactOptional(), limit }),
      async handle({ params, query: { cursor, limit: size } }, caller) {
        if (!(await caller.looks(params))) return NOT_FOUND
        const before = cursor === undefined ? {} : { before: cursor }
        const listed = await store.rollouts({ ...params, ...before, limit: size })
        const last = listed.at(-1)
        const rows = listed.map(({ id, releaseId, cursor: { phase }, createdAt }) => {
          return { release: releaseId, rollout: id, phase, at: createdAt }
        })
        return { body: { releases: rows, ...(listed.length === size && last && { next: last.id }) } }
      },
    }),
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

function only({ application, environment }: Target): Target {
  return { application, environment }
}

/** The hosts of the newest plan: those that it ran and those that it left alone. */
async function recordedHosts({ store }: ApiDeps, place: Target) {
  const [latest] = await store.rollouts({ ...place, limit: 1 })
  const record = latest && (await store.rollout(latest.id))
  if (!record) return []
  const known = new Map((await store.records(place.application, place.environment)).map((each) => [each.name, each]))
  const { hosts, left, zones } = record.plan
  return [...hosts, ...left].map(({ host: { name }, zone }) => {
    const { health, release, at } = known.get(name) ?? {}
    return {
      ...{ name, zone: zones[zone]?.name ?? '' },
      ...(health !== undefined && { health }),
      ...(release !== undefined && { release }),
      ...(at !== undefined && { at }),
    }
  })
}

/** Rollouts looked through. */
const DEPTH = Math.min(50, MOST)

async function newestLogs({ store }: ApiDeps, place: Target, host: string) {
  for (const { id } of await store.rollouts({ ...place, limit: DEPTH })) {
    const record = await store.rollout(id)
    const index = record?.plan.hosts.findIndex((planned) => planned.host.name === host) ?? -1
    if (index < 0) continue
    const [state, written] = [(await store.hosts(id))[index], await store.log(id, index)]
    if (state && (written.length > 0 || state.phase !== 'queued'))
      return { host, rollout: id, phase: state.phase, logs: written }
  }
  return undefined
}

// What is recorded of an environment: its hosts and what they wrote, what ran when, releases, and how long they took.

import { z } from 'zod'
import type { Target } from '../../core/command.ts'
import { asOf } from '../../core/report-past.ts'
import type { ApiDeps } from './deps.ts'
import { BASE, target } from './environments.ts'
import { limit } from './page.ts'
import { NOT_FOUND } from './problem.ts'
import { type Route, route } from './route.ts'
import { word } from './schema/common.ts'
import { hostRecords, leadTimes, past, releases } from './schema/place.ts'
import { logs } from './schema/rollout.ts'

const tag = 'Environments'

export function pastRoutes(deps: ApiDeps): Route[] {
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
    ...recordedTimes(deps),
  ]
}

function recordedTimes({ store }: ApiDeps): Route[] {
  return [
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
      ...{ method: 'get', path: `${BASE}/lead-times`, operation: 'listLeadTimes', tag },
      ...{ summary: 'How long commits took from merged to deployed, the newest first.', params: target },
      ...{ query: z.strictObject({ limit }), answer: leadTimes },
      async handle({ params, query: { limit: size } }, caller) {
        if (!(await caller.looks(params))) return NOT_FOUND
        return { body: { leadTimes: await store.leadTimes({ ...params, limit: size }) } }
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

/** The hosts of the newest plan: those that it ran and those that it left alone. */
async function recordedHosts({ store }: ApiDeps, place: Target) {
  const [latest] = await store.rollouts({ ...place, limit: 1 })
  const record = latest && (await store.rollout(latest.id))
  if (!record) return []
  const known = new Map((await store.records(place.application, place.environment)).map((each) => [each.name, each]))
  const { hosts, left, zones } = record.plan
  const members = [...hosts, ...left].sort((a, b) => a.zone - b.zone)
  return members.map(({ host: { name }, zone }) => {
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
const DEPTH = 50

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

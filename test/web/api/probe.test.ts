// Hosts asked themselves through the API: who may, in parts, and once for all who ask the same at a time.

import { afterEach, beforeEach, expect, it } from 'vitest'
import { z } from 'zod'
import { shareProbe } from '../../../src/apps/web/share-probe.ts'
import { hostReadings } from '../../../src/web/api/schema/place.ts'
import { orderOf } from '../../apps/cli/house-of.ts'
import { type ApiHouse, ada, nobody, openApiHouse, stranger } from '../../support/api-house.ts'
import { fleetOf } from '../../support/plan-of.ts'

const PATH = '/api/v1/environments/shop/production/probe'
const target = { application: 'shop', environment: 'production' }

let api: ApiHouse
beforeEach(async () => {
  api = await openApiHouse()
  const body = { ...target, ref: 'r1' }
  expect((await api.ask('POST', '/api/v1/rollouts', { body })).status).toBe(201)
  await api.house.engine.idle()
})
afterEach(async () => {
  expect(api.faults).toEqual([])
  await api.close()
})

it('tells what hosts say and what is not as recorded, in parts', async () => {
  api.house.remote.host('b1').installed = 'by-hand'
  const first = hostReadings.parse((await api.ask('POST', `${PATH}?limit=4`)).body)
  expect(first.hosts.map(({ name }) => name)).toEqual(['a1', 'a2', 'a3', 'b1'])
  expect(first.hosts[0]).toMatchObject({ release: 'r1', reading: { kind: 'read', installed: 'r1' } })
  expect(first.hosts[3]).toMatchObject({ release: 'r1', reading: { installed: 'by-hand' }, drift: { kind: 'busy' } })
  const rest = hostReadings.parse((await api.ask('POST', `${PATH}?limit=4&cursor=${first.next}`)).body)
  expect([rest.hosts.map(({ name }) => name), rest.next]).toEqual([['b2', 'b3'], undefined])
})

const onlooker = { ...ada, person: { via: 'github', id: '43', name: 'rob' } } as const
const scoped = (may: 'look' | 'act', environment: string) =>
  ({ ...ada, by: 'token', scopes: [{ may, environment }, { may: 'look' }] }) as const

it.each([
  ['somebody who may deploy there', ada, 200, undefined],
  ['a token for it', scoped('act', 'production'), 200, undefined],
  ['somebody who may only look', onlooker, 403, 'not-allowed'],
  ['a token to look', scoped('look', 'production'), 403, 'not-allowed'],
  ['a token for another environment', scoped('act', 'staging'), 403, 'not-allowed'],
  ['a stranger', stranger, 404, 'not-found'],
  ['nobody', nobody, 401, 'unauthenticated'],
] as const)('%s: %i', async (_, who, status, reason) => {
  const before = api.house.remote.probes
  const answer = await api.ask('POST', PATH, { who })
  expect(answer.status).toBe(status)
  expect(z.object({ reason: z.string().optional() }).parse(answer.body).reason).toBe(reason)
  expect(api.house.remote.probes - before).toBe(status === 200 ? 1 : 0)
})

it('reaches no host that only a rollout has which nobody has approved yet', async () => {
  const approvals = { required: 1, from: [], notAuthor: true }
  const waiting = orderOf('r2', { approvals, fleet: fleetOf({ a: 1, evil: 2 }) })
  expect(await api.house.engine.deploy(waiting)).toMatchObject({ kind: 'started' })
  const { hosts } = hostReadings.parse((await api.ask('POST', PATH)).body)
  expect(hosts.map(({ name }) => name)).toEqual(['a1', 'a2', 'a3', 'b1', 'b2', 'b3'])
})

it('is no look: a link reaches no host', async () => {
  expect((await api.ask('GET', PATH)).status).toBe(405)
  expect(api.house.remote.probes).toBe(0)
})

it('reaches hosts once for all who ask at the same time', async () => {
  const probe = shareProbe(api.house)
  const part = { from: 0, size: 200 }
  const answers = await Promise.all([probe(target, part), probe(target, part), probe(target, { ...part, from: 3 })])
  expect(answers.map(({ hosts }) => hosts.length)).toEqual([6, 6, 3])
  expect(api.house.remote.probes).toBe(2)
  await probe(target, part)
  expect(api.house.remote.probes).toBe(3)
})

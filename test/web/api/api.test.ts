// The API from outside: what each question and act answers, to whom. Every answer is held against the API's own description.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ApiHouse, ada, nobody, openApiHouse, stranger } from '../../support/api-house.ts'

const TARGET = { application: 'shop', environment: 'production' }
const PLACE = '/api/v1/environments/shop/production'

let api: ApiHouse
beforeEach(async () => {
  api = await openApiHouse()
})
afterEach(async () => {
  await api.close()
})

async function deployed(ref: string): Promise<string> {
  const { body } = await api.ask('POST', '/api/v1/rollouts', { body: { ...TARGET, ref } })
  const { rollout } = body as { rollout: string }
  await api.house.engine.idle()
  return rollout
}

describe('looking', () => {
  it('shows a rollout, its plan, hosts, logs, trail, and everything about its environment', async () => {
    const rollout = await deployed('r1')
    const at = `/api/v1/rollouts/${rollout}`
    const get = async (path: string) => (await api.ask('GET', path)).body
    expect(await get(at)).toMatchObject({ rollout, phase: 'succeeded', hosts: { succeeded: 6 } })
    expect(await get(`${at}/plan`)).toMatchObject({ release: 'r1', fleet: { planned: 6 } })
    expect(await get(`${at}/hosts?limit=4`)).toMatchObject({ hosts: { length: 4 }, next: '4' })
    expect(await get(`${at}/hosts?cursor=4`)).toMatchObject({ hosts: [{ phase: 'succeeded', zone: 'b' }, {}] })
    expect(await get(`${at}/hosts/a1/logs`)).toMatchObject({ host: 'a1', rollout })
    expect(await get(`${at}/trail?limit=200`)).toMatchObject({ entries: expect.arrayContaining([]) })
    expect(await get('/api/v1/environments')).toMatchObject({ environments: [{ ...TARGET, latest: { rollout } }] })
    expect(await get(PLACE)).toMatchObject({ ...TARGET, latest: { rollout }, locks: { queue: [] } })
    expect(await get(`${PLACE}/hosts`)).toMatchObject({ hosts: { length: 6 } })
    expect(await get(`${PLACE}/hosts/b2/logs`)).toMatchObject({ host: 'b2', rollout })
    expect(await get(`${PLACE}/releases`)).toMatchObject({ releases: [{ release: 'r1', rollout }] })
    expect(await get(`${PLACE}/history?at=${Date.now()}`)).toMatchObject({ hosts: { length: 6 } })
    expect(await get(`${PLACE}/refs?typed=re`)).toMatchObject({ refs: [{ ref: 'remain' }] })
    expect(await get(`${PLACE}/lock`)).toEqual({ queue: [] })
    expect(await get(`${PLACE}/lead-times`)).toEqual({ leadTimes: [] })
    expect(await get('/api/v1/where?release=r1')).toMatchObject({ found: [{ release: 'r1', now: { count: 6 } }] })
    expect(await get('/api/v1/audit')).toMatchObject({ entries: [{ fact: { verb: 'deploy', rollout } }] })
    expect(await get('/api/v1/me')).toMatchObject({ by: 'session', person: { name: 'ada', door: 'api' } })
    expect((await api.ask('POST', '/api/v1/plans', { body: { ...TARGET, ref: 'r2' } })).body).toMatchObject({
      release: 'r2',
    })
    expect(api.faults).toEqual([])
  })

  it('has what a host wrote last, also when the newest plan left it alone', async () => {
    api.house.remote.behave = ({ host }) => (host === 'a2' ? 'fail' : 'ok')
    const first = await deployed('r1')
    api.house.remote.behave = () => 'ok'
    const second = await deployed('r1')
    const logsOf = async (host: string) => (await api.ask('GET', `${PLACE}/hosts/${host}/logs`)).body
    expect(await logsOf('a1')).toMatchObject({ rollout: first, phase: 'succeeded' })
    expect(await logsOf('a2')).toMatchObject({ rollout: second })
  })

  it('pages through rollouts and the audit: each once, newest first, whatever the length', async () => {
    const ids: string[] = []
    for (let n = 0; n < 7; n++) ids.unshift(await deployed(`r${n}`))
    for (const limit of [1, 2, 3, 7, 200]) {
      expect(await pages('rollouts', limit)).toEqual(ids)
      expect(await pages('audit', limit)).toEqual(ids)
    }
  })

  async function pages(list: 'rollouts' | 'audit', limit: number): Promise<unknown[]> {
    const seen: unknown[] = []
    for (let cursor = ''; ; ) {
      const { body } = await api.ask('GET', `/api/v1/${list}?limit=${limit}${cursor && `&cursor=${cursor}`}`)
      const page = body as {
        next?: string
        rollouts?: { rollout: string }[]
        entries?: { fact: { rollout: string } }[]
      }
      seen.push(
        ...(page.rollouts ?? []).map(({ rollout }) => rollout),
        ...(page.entries ?? []).map(({ fact }) => fact.rollout),
      )
      if (page.next === undefined) return seen
      cursor = page.next
    }
  }
})

describe('acting', () => {
  it('halts, resumes, retries, skips, aborts and rolls back', async () => {
    const first = await deployed('r1')
    expect((await api.ask('POST', `/api/v1/rollouts/${first}/halt`)).body).toMatchObject({
      reason: 'not-possible-now',
      status: 409,
    })
    api.house.remote.behave = ({ host }) => (host === 'a1' ? 'fail' : 'ok')
    const second = await deployed('r2')
    const post = (verb: string, body?: object) => api.ask('POST', `/api/v1/rollouts/${second}/${verb}`, { body })
    expect((await post('retry')).body).toEqual({ rollout: second })
    await api.house.engine.idle()
    expect((await post('skip', { host: 'a1' })).body).toEqual({ rollout: second })
    expect((await post('skip', { host: 'zz' })).body).toMatchObject({ status: 404, reason: 'unknown-host' })
    expect((await post('continue')).body).toMatchObject({ status: 409 })
    expect((await post('resume', { mark: '0.0.0' })).body).toMatchObject({ reason: 'moved-on' })
    expect((await post('resume', {})).status).toBe(200)
    await api.house.engine.idle()
    api.house.remote.behave = () => 'ok'
    const back = await post('rollback', { to: 'r1', reason: 'worse' })
    expect(back.status).toBe(201)
    await api.house.engine.idle()
    const { rollout } = back.body as { rollout: string }
    expect((await api.ask('GET', `/api/v1/rollouts/${rollout}`)).body).toMatchObject({
      kind: 'rollback',
      release: 'r1',
    })
    expect((await post('halt')).body).toMatchObject({ reason: 'not-the-newest', next: 'houston help' })
    expect((await api.ask('POST', `${PLACE}/halt`)).body).toMatchObject({ reason: 'not-possible-now' })
    const again = await api.ask('POST', `${PLACE}/rollback`, { body: { to: 'r2' } })
    await api.house.engine.idle()
    expect(again.body).toEqual({ rollout: expect.not.stringMatching(rollout) })
  })

  it('locks and unlocks', async () => {
    const lock = (who = ada) => api.ask('POST', `${PLACE}/lock`, { who, body: { reason: 'fair', forMs: 60_000 } })
    expect((await lock()).body).toMatchObject({ kind: 'taken', lock: { holder: { name: 'ada', door: 'api' } } })
    api.desk.actors.add('43')
    const bob = { ...ada, person: { via: 'github', id: '43', name: 'bob' } } as const
    expect((await lock(bob)).body).toMatchObject({ kind: 'queued', position: 1 })
    expect((await api.ask('DELETE', `${PLACE}/lock?steal=true`, { who: bob })).body).toMatchObject({ kind: 'released' })
    expect((await api.ask('DELETE', `${PLACE}/lock`)).body).toMatchObject({ reason: 'not-the-holder', status: 409 })
  })

  it('carries fifty equal requests with one key out once', async () => {
    const asked = { body: { ...TARGET, ref: 'r1' }, headers: { 'idempotency-key': 'k-1' } }
    const answers = await Promise.all(Array.from({ length: 50 }, () => api.ask('POST', '/api/v1/rollouts', asked)))
    expect(new Set(answers.map(({ status, body }) => JSON.stringify([status, body]))).size).toBe(1)
    await api.house.engine.idle()
    expect(await api.house.store.rollouts({ limit: 99 })).toHaveLength(1)
    expect((await api.ask('POST', '/api/v1/rollouts', asked)).body).toEqual(answers[0]?.body)
    // Somebody else's request, and another one of the same person, are others whatever their key.
    api.desk.actors.add('43')
    const bob = { ...ada, person: { via: 'github', id: '43', name: 'bob' } } as const
    expect((await api.ask('POST', '/api/v1/rollouts', { ...asked, who: bob })).body).not.toEqual(answers[0]?.body)
    expect((await api.ask('POST', '/api/v1/rollouts', { ...asked, body: { ...TARGET, ref: 'r2' } })).body).not.toEqual(
      answers[0]?.body,
    )
  })
})

describe('strangers', () => {
  const paths = (rollout: string) => [
    ...['', '/plan', '/hosts', '/hosts/a1/logs', '/trail', '/events'].map(
      (part) => `/api/v1/rollouts/${rollout}${part}`,
    ),
    ...['', '/hosts', '/hosts/a1/logs', '/history?at=1', '/releases', '/refs', '/lock'].map(
      (part) => `${PLACE}${part}`,
    ),
  ]

  it('hear of what exists what they hear of what does not', async () => {
    const there = await deployed('r1')
    const answers = async (who: typeof ada, id: string) => {
      const got = await Promise.all(paths(id).map(async (path) => (await api.ask('GET', path, { who })).body))
      const acts = ['halt', 'rollback', 'retry'].map(
        async (verb) => (await api.ask('POST', `/api/v1/rollouts/${id}/${verb}`, { who })).body,
      )
      return [...got, ...(await Promise.all(acts))]
    }
    const hidden = await answers(stranger, there)
    expect(hidden).toEqual(await answers(stranger, 'nothing'))
    expect(new Set(hidden.map((body) => JSON.stringify(body))).size).toBe(1)
    for (const path of ['rollouts', 'audit', 'environments', 'where?release=r1'])
      expect(JSON.stringify((await api.ask('GET', `/api/v1/${path}`, { who: stranger })).body)).not.toContain('r1')
    expect((await api.ask('POST', '/api/v1/rollouts', { who: stranger, body: TARGET })).status).toBe(404)
    expect(await api.house.store.rollouts({ limit: 9 })).toHaveLength(1)
  })

  it('are nobody without a sign-in', async () => {
    for (const path of [...paths('x'), '/api/v1/me', '/api/v1/tokens', '/api/v1/rollouts'])
      expect((await api.ask('GET', path, { who: nobody })).status).toBe(401)
    const { headers, status } = await api.ask('POST', '/api/v1/rollouts', { who: nobody, body: TARGET })
    expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
  })

  it('who may look and not act are told so, and it is in the audit', async () => {
    const rollout = await deployed('r1')
    const bob = { ...ada, person: { via: 'github', id: '43', name: 'bob' } } as const
    const refused = await api.ask('POST', `/api/v1/rollouts/${rollout}/halt`, { who: bob })
    expect(refused.body).toMatchObject({ status: 403, reason: 'not-allowed', detail: 'Why.' })
    const [newest] = await api.house.store.audit({ limit: 1 })
    expect(newest?.fact).toMatchObject({ verb: 'halt', person: { id: '43' }, outcome: { kind: 'refused' } })
  })
})

describe('tokens', () => {
  it('reach as far as their scopes, and no further; what they were refused is in the audit', async () => {
    const rollout = await deployed('r1')
    const looker = { ...ada, by: 'token', scopes: [{ may: 'look', application: 'shop' }] } as const
    expect((await api.ask('GET', PLACE, { who: looker })).status).toBe(200)
    expect((await api.ask('POST', `/api/v1/rollouts/${rollout}/rollback`, { who: looker })).status).toBe(403)
    const [newest] = await api.house.store.audit({ limit: 1 })
    expect(newest?.fact).toMatchObject({ verb: 'rollback', outcome: { kind: 'refused', reason: 'not-allowed' } })
    const elsewhere = {
      ...ada,
      by: 'token',
      scopes: [{ may: 'act', application: 'shop', environment: 'staging' }],
    } as const
    expect((await api.ask('GET', PLACE, { who: elsewhere })).status).toBe(404)
    expect((await api.ask('POST', '/api/v1/rollouts', { who: elsewhere, body: TARGET })).status).toBe(404)
    expect((await api.ask('GET', '/api/v1/rollouts', { who: elsewhere })).body).toEqual({ rollouts: [] })
    expect((await api.ask('GET', '/api/v1/environments', { who: elsewhere })).body).toEqual({ environments: [] })
    const made = '/api/v1/environments/made-up/name/halt'
    expect((await api.ask('POST', made, { who: looker })).status).toBe(404)
    expect(await api.house.store.audit({ application: 'made-up', limit: 9 })).toEqual([])
  })

  it('are made, listed and revoked by whoever is signed in, and by no token', async () => {
    const body = { name: 'ci', scopes: [{ may: 'act', application: 'shop' }] }
    const made = await api.ask('POST', '/api/v1/tokens', { body })
    expect(made.body).toMatchObject({ secret: expect.stringMatching(/^hst_/), token: { name: 'ci' } })
    const { token } = made.body as { token: { id: string } }
    expect((await api.ask('GET', '/api/v1/tokens')).body).toMatchObject({ tokens: [{ id: token.id }] })
    const asToken = { ...ada, by: 'token', scopes: [{ may: 'act' }] } as const
    for (const [method, path] of [
      ['GET', ''],
      ['POST', ''],
      ['DELETE', `/${token.id}`],
    ] as const)
      expect(
        (await api.ask(method, `/api/v1/tokens${path}`, { who: asToken, ...(method === 'POST' && { body }) })).status,
      ).toBe(404)
    expect((await api.ask('DELETE', `/api/v1/tokens/${token.id}`, { who: stranger })).status).toBe(404)
    expect((await api.ask('DELETE', `/api/v1/tokens/${token.id}`)).status).toBe(200)
    expect((await api.ask('GET', '/api/v1/tokens')).body).toEqual({ tokens: [] })
  })
})

it('says 503, and nobody gets a right, while rights cannot be asked for', async () => {
  api.desk.away = true
  expect((await api.ask('POST', '/api/v1/rollouts', { body: TARGET })).body).toMatchObject({
    status: 503,
    reason: 'unavailable',
  })
  expect((await api.ask('GET', PLACE)).body).toMatchObject({ status: 503 })
  expect(JSON.stringify((await api.ask('GET', PLACE)).body)).not.toContain('GitHub')
})

// What the API refuses to read, and how it describes itself: to programs, to people, and in docs/api.md.

import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ApiHouse, openApiHouse } from '../../support/api-house.ts'

const TARGET = { application: 'shop', environment: 'production' }

let api: ApiHouse
beforeEach(async () => {
  api = await openApiHouse()
})
afterEach(async () => {
  await api.close()
})

describe('what is sent', () => {
  it.each([
    ['an unknown field', { ...TARGET, ref: 'r1', refs: 'r1' }, 400, 'bad-request'],
    ['a field of another type', { ...TARGET, all: 'yes' }, 400, 'bad-request'],
    ['a missing field', { application: 'shop' }, 400, 'bad-request'],
    ['no JSON', '{', 400, 'bad-request'],
    ['nothing', undefined, 400, 'bad-request'],
    ['too much', `{"application":"${'x'.repeat(70_000)}"}`, 413, 'too-large'],
    ['deep JSON', '['.repeat(30_000), 400, 'bad-request'],
    [
      '__proto__',
      '{"__proto__":{"application":"shop"},"application":"shop","environment":"production"}',
      400,
      'bad-request',
    ],
  ])('%s is refused', async (_, body, status, reason) => {
    expect((await api.ask('POST', '/api/v1/rollouts', { body })).body).toMatchObject({ status, reason })
    expect(await api.house.store.rollouts({ limit: 1 })).toEqual([])
  })

  it('says what is wrong and where', async () => {
    const { body } = await api.ask('POST', '/api/v1/rollouts', { body: { ...TARGET, all: 'yes' } })
    expect(body).toMatchObject({ faults: [{ at: 'body.all', message: expect.stringContaining('boolean') }] })
    expect((await api.ask('GET', '/api/v1/rollouts?limit=9&limit=9')).status).toBe(400)
    expect((await api.ask('GET', '/api/v1/rollouts?page=2')).status).toBe(400)
    const headers = { 'idempotency-key': 'two words' }
    expect((await api.ask('POST', '/api/v1/rollouts', { body: TARGET, headers })).status).toBe(400)
  })

  it('only JSON that says so: no form of another site', async () => {
    const headers = { 'content-type': 'text/plain' }
    const { status } = await api.ask('POST', '/api/v1/rollouts', { body: JSON.stringify(TARGET), headers })
    expect(status).toBe(415)
  })

  it('other methods and paths are problems', async () => {
    expect((await api.ask('PUT', '/api/v1/rollouts', { body: {} })).status).toBe(405)
    expect((await api.ask('GET', '/api/v2/rollouts')).status).toBe(404)
    expect((await api.ask('GET', '/api/v1/rollouts/')).status).toBe(404)
  })
})

it('describes itself: OpenAPI for programs, a page for people, both about the same operations', async () => {
  const description = await (await api.web.request('/api/openapi.json')).text()
  const page = await (await api.web.request('/api/docs')).text()
  const { openapi, paths, components } = JSON.parse(description)
  expect(openapi).toBe('3.1.0')
  const operations = Object.values(paths).flatMap((methods) =>
    Object.values(methods as Record<string, { operationId: string }>),
  )
  const ids = operations.map(({ operationId }) => operationId)
  expect(new Set(ids).size).toBe(ids.length)
  for (const id of ids) expect(page).toContain(`id="${id}"`)
  // Every name that is pointed at is there.
  for (const [, name] of description.matchAll(/#\/components\/schemas\/(\w+)/g))
    expect(components.schemas).toHaveProperty(name ?? '')
  // What is sent is closed: a field that nobody knows is a mistake of whoever sends it.
  for (const body of ['Deploy', 'Rollback', 'Skip', 'LockWish', 'TokenWish'])
    expect(components.schemas[body]).toMatchObject({ additionalProperties: false })
})

it('docs/api.md tells of every path', async () => {
  const page = readFileSync(new URL('../../../docs/api.md', import.meta.url), 'utf8')
  const { paths } = JSON.parse(await (await api.web.request('/api/openapi.json')).text())
  const verbs = /\/(halt|resume|continue|retry|abort|approve|skip|rollback)$/
  for (const path of Object.keys(paths)) {
    const told = path
      .replace('/v1/environments/{application}/{environment}/', '…/')
      .replace(/\/v1\/rollouts\/\{rollout\}\/(plan|hosts|trail)$/, '…/$1')
    if (verbs.test(path)) expect(page).toContain(`\`${verbs.exec(path)?.[1]}\``)
    else expect(page).toMatch(new RegExp(`${told.replaceAll(/[{}?.]/g, '\\$&')}[\`?]`))
  }
})

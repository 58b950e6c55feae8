// Whatever is sent to whatever route, on the real store: no 500, no stack, nothing that the description does not say.

import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { OpenStore } from '../../../src/adapters/postgres/open-store.ts'
import { type ApiHouse, ada, nobody, openApiHouse, stranger } from '../../support/api-house.ts'
import { hostileText } from '../../support/hostile-text.ts'
import { openEmbedded } from '../../support/on-stores.ts'

let api: ApiHouse
let opened: OpenStore
let rollout = ''
beforeAll(async () => {
  opened = await openEmbedded()
  api = await openApiHouse(opened.store)
  const body = { application: 'shop', environment: 'production', ref: 'r1' }
  rollout = z.object({ rollout: z.string() }).parse((await api.ask('POST', '/api/v1/rollouts', { body })).body).rollout
  await api.house.engine.idle()
})
afterAll(async () => {
  await api.close()
  await opened.close()
})

const described = z.object({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        parameters: z.array(z.object({ in: z.string(), name: z.string() })),
        requestBody: z.object({ content: z.record(z.string(), z.unknown()) }).optional(),
      }),
    ),
  ),
})

const text = fc.oneof(
  fc.constant('a\u0000b'),
  fc.string({ unit: 'binary', maxLength: 30 }),
  hostileText,
  fc.constantFrom(
    '',
    '0',
    '-1',
    '1e9',
    '99999999999999999999',
    'NaN',
    '../..',
    '%00',
    'true',
    '__proto__',
    'constructor',
  ),
)
const names = fc.constantFrom(
  ...[
    'application',
    'environment',
    'ref',
    'all',
    'backwards',
    'reason',
    'approvedDigest',
    'to',
    'host',
    'forMs',
    'scopes',
    'name',
  ],
)
const known = { application: 'shop', environment: 'production' }
const object = fc.dictionary(names, fc.oneof(text, fc.jsonValue({ maxDepth: 3 })), { maxKeys: 6 })
const body = fc.oneof(
  object,
  object.map((each) => ({ ...known, ...each })),
  fc.jsonValue({ maxDepth: 4 }),
  fc.string({ maxLength: 40 }),
  fc.constant(undefined),
)
/** As OAuth's operations are asked. */
const form = fc.record(
  {
    client_id: fc.oneof(fc.constant('houston'), text),
    machine: text,
    scope: fc.oneof(fc.constantFrom('act', 'look:shop act:shop/production', 'act:%00', 'act:%E0'), text),
    grant_type: fc.oneof(fc.constant('urn:ietf:params:oauth:grant-type:device_code'), text),
    device_code: text,
    token: text,
  },
  { requiredKeys: [] },
)
const who = fc.constantFrom(ada, stranger, nobody, { ...ada, by: 'token', scopes: [{ may: 'look' }] } as const)

async function operations() {
  const { paths } = described.parse(await (await api.web.request('/api/openapi.json')).json())
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), ...operation })),
  )
}

/** A value that exists, now and then. */
function likely(name: string): fc.Arbitrary<string> {
  const there: Record<string, string> = { rollout, application: 'shop', environment: 'production', host: 'a1' }
  return fc.oneof(text, fc.constant(there[name] ?? '1'), fc.constant(there[name] ?? '2'))
}

it('carries fifty equal requests with one key out once, on the real store too', async () => {
  const asked = {
    body: { application: 'shop', environment: 'production', ref: 'r50' },
    headers: { 'idempotency-key': 'k' },
  }
  const answers = await Promise.all(Array.from({ length: 50 }, () => api.ask('POST', '/api/v1/rollouts', asked)))
  expect(new Set(answers.map(({ status, body }) => JSON.stringify([status, body]))).size).toBe(1)
  expect(answers[0]?.status).toBe(201)
  await api.house.engine.idle()
  const all = await api.house.store.rollouts({ limit: 200 })
  expect(all.filter(({ releaseId }) => releaseId === 'r50')).toHaveLength(1)
})

describe('fuzz', () => {
  it('every route answers every request as it describes itself', { timeout: 120_000 }, async () => {
    const all = (await operations()).filter(({ path }) => !path.endsWith('/events'))
    expect(all.length).toBeGreaterThan(25)
    const asked = fc.constantFrom(...all).chain((operation) => {
      const values = fc.record(Object.fromEntries(operation.parameters.map(({ name }) => [name, likely(name)])))
      const given = fc.subarray(operation.parameters.filter((each) => each.in === 'query').map(({ name }) => name))
      return fc.record({ operation: fc.constant(operation), values, given, body, form, who, extra: fc.option(text) })
    })
    const statuses = new Map<number, number>()
    await fc.assert(
      fc.asyncProperty(asked, async ({ operation, values, given, body, form, who, extra }) => {
        const filled = operation.path.replaceAll(/\{(\w+)\}/g, (_, name) => encode(values[name] ?? ''))
        const query = [
          ...given.map((name) => `${name}=${encode(values[name] ?? '')}`),
          ...(extra === null ? [] : [`x=${encode(extra)}`]),
        ]
        const path = `/api${filled}${query.length > 0 ? `?${query.join('&')}` : ''}`
        const { status, body: answered } = await api.ask(operation.method, path, {
          ...{ who, ...(operation.method === 'GET' ? {} : takesForm(operation) ? { form } : { body }) },
        })
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
        expect(status).not.toBe(500)
        expect(JSON.stringify(answered ?? '')).not.toMatch(/\bat .*\.ts:\d|node_modules|Error:/)
      }),
      { numRuns: 1_000 },
    )
    expect(api.faults).toEqual([])
    // It is no test if everything is refused at the door.
    for (const status of [200, 400, 401, 404]) expect(statuses.get(status) ?? 0).toBeGreaterThan(5)
  })
})

function takesForm({ requestBody }: { requestBody?: { content: object } | undefined }): boolean {
  return 'application/x-www-form-urlencoded' in (requestBody?.content ?? {})
}

function encode(value: string): string {
  return encodeURIComponent(value.toWellFormed()) || '%20'
}

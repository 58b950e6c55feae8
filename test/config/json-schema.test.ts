// The JSON Schema says something of every key, and fits what is really accepted.

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { houstonSchema, type JsonSchema, keysAt, nodesAt, settingsSchema } from '../../src/config/json-schema.ts'
import { readConfig } from '../../src/config/read-config.ts'
import { houston } from './faults.ts'

type Found = { path: string; node: JsonSchema; required: boolean }

function properties(node: JsonSchema, path = ''): Found[] {
  const own = Object.entries(node.properties ?? {}).flatMap(([key, child]): Found[] => {
    if (typeof child !== 'object') return []
    const found = { path: `${path}${key}`, node: child, required: node.required?.includes(key) === true }
    return [found, ...properties(child, `${path}${key}.`)]
  })
  const inside = [...(node.anyOf ?? []), node.items ?? [], node.additionalProperties ?? []].flat()
  return [...own, ...inside.flatMap((child) => (typeof child === 'object' ? properties(child, path) : []))]
}

test.each([
  ['houston.yml', houstonSchema(), 50],
  ['houston.server.yml', settingsSchema(), 20],
])('%s: every key has a description and an example', (_, schema, least) => {
  const found = properties(schema)
  expect(found.length).toBeGreaterThan(least)
  expect(
    found.filter(({ node }) => (node.description ?? '') === '' || node.examples?.length !== 1).map(({ path }) => path),
  ).toEqual([])
  expect(JSON.stringify(schema)).not.toMatch(/"(example|fallback)":/)
})

/** Unknown and missing keys, by a small reading of the schema that shares nothing with zod. */
function shapeFaults(value: unknown, nodes: readonly JsonSchema[], path = ''): string[] {
  if (Array.isArray(value))
    return value.flatMap((item, index) => shapeFaults(item, below(nodes, index), `${path}[${index}]`))
  if (typeof value !== 'object' || value === null) return nodes.length === 0 ? [`${path}: unknown`] : []
  const objects = nodes.filter((node) => node.type === 'object')
  const missing = objects.length === 1 ? (objects[0]?.required ?? []).filter((key) => !Object.hasOwn(value, key)) : []
  const children = Object.entries(value).flatMap(([key, child]) =>
    shapeFaults(child, below(objects, key), `${path}.${key}`),
  )
  return [...missing.map((key) => `${path}.${key}: missing`), ...children]
}

function below(nodes: readonly JsonSchema[], step: string | number): JsonSchema[] {
  return nodes.flatMap((node) => nodesAt(node, [step]))
}

test('the example fits the schema, and a misspelt or missing key does not', () => {
  const root = nodesAt(houstonSchema(), [])
  const example = parse(readFileSync(new URL('../../examples/houston.yml', import.meta.url), 'utf8'))
  expect(shapeFaults(example, root)).toEqual([])
  expect(shapeFaults({ ...example, relase: 1 }, root)).toEqual(['.relase: unknown'])
  expect(shapeFaults({ application: 'a', release: {}, environments: {} }, root)).toEqual(['.release.from: missing'])
})

test('every example in the schema is itself accepted where it stands', () => {
  const environment = nodesAt(houstonSchema(), ['environments', 'production'])[0]?.properties ?? {}
  for (const key of ['ssh', 'rollout', 'recipe', 'variables', 'deploy']) {
    const node = environment[key]
    const example = typeof node === 'object' ? node.examples?.[0] : undefined
    expect([key, readConfig(houston({ environment: `${key}: ${JSON.stringify(example)}` }), 'f').kind]).toEqual([
      key,
      'ok',
    ])
  }
  const rollout = nodesAt(houstonSchema(), ['environments', 'production', 'rollout'])[0]?.properties ?? {}
  for (const [key, node] of Object.entries(rollout)) {
    const example = typeof node === 'object' ? JSON.stringify(node.examples?.[0]) : ''
    const order = ['between_zones', 'first_zone'].includes(key) ? 'order: zone-by-zone, ' : ''
    expect([key, readConfig(houston({ environment: `rollout: { ${order}${key}: ${example} }` }), 'f').kind]).toEqual([
      key,
      'ok',
    ])
  }
})

test('the keys at a path, through alternatives, lists and names of a team', () => {
  const schema = houstonSchema()
  expect(keysAt(schema, ['environments', 'any', 'zones', 'any'])).toEqual(['hosts', 'runner', 'ssh'])
  expect(keysAt(schema, ['environments', 'any', 'zones', 'any', 'hosts', 3])).toEqual([
    'name',
    'address',
    'port',
    'user',
  ])
  expect(keysAt(schema, ['environments', 'any', 'nothing', 'x'])).toEqual([])
  expect(keysAt(schema, ['constructor'])).toEqual([])
})

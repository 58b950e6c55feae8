// Text in, a typed configuration out: defaults, overrides and the order of the file.

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Config, Environment } from '../../src/config/config.ts'
import { formatFaults } from '../../src/config/fault.ts'
import { readConfig } from '../../src/config/read-config.ts'
import { houston } from './faults.ts'

function read(text: string): Config {
  const result = readConfig(text, 'houston.yml')
  if (result.kind === 'faults') throw new Error(formatFaults(result.faults))
  return result.config
}

function production(changes: Parameters<typeof houston>[0]): Environment {
  const [environment] = read(houston(changes)).environments
  if (environment === undefined) throw new Error('no environment')
  return environment
}

test('a file with only what must be there gets every default', () => {
  const host = { name: 'web01', address: 'web01', port: 22, user: 'deploy', identity: 'default', jumps: [] }
  expect(read(houston({}))).toEqual({
    application: 'storefront',
    source: { kind: 'none' },
    directory: '/srv/storefront',
    keep: 5,
    environments: [
      {
        name: 'production',
        deploy: 'manual',
        checks: 'required',
        deployers: [{ kind: 'role', role: 'write' }],
        confirms: false,
        hostChecks: 25,
        fleet: { zones: [{ name: 'a', hosts: [host] }] },
        strategy: {
          order: 'striped',
          batch: [{ kind: 'percent', percent: 25 }],
          barrier: false,
          maxUnavailable: { kind: 'percent', percent: 25 },
          maxFailures: { fleet: { kind: 'percent', percent: 5 }, zone: { kind: 'percent', percent: 5 } },
          betweenZones: { kind: 'continue' },
        },
        recipe: { scripts: {}, timeoutMs: 900_000 },
        variables: {},
      },
    ],
  })
})

test.each([
  ['{ from: path, path: ./dist }', { kind: 'path', path: './dist' }],
  ['{ from: { url: "https://a/{{commit}}.tgz" } }', { kind: 'url', url: 'https://a/{{commit}}.tgz', delivery: 'pull' }],
  [
    `{ from: { url: "https://a/b.tgz", sha256: "${'AB'.repeat(32)}", delivery: push } }`,
    { kind: 'url', url: 'https://a/b.tgz', sha256: 'ab'.repeat(32), delivery: 'push' },
  ],
  ['{ from: tarball }', { kind: 'tarball' }],
  ['{ from: { asset: "x-*.tgz" } }', { kind: 'asset', pattern: 'x-*.tgz' }],
  ['{ from: { artifact: site } }', { kind: 'artifact', name: 'site' }],
])('release: %s', (release, source) => {
  expect(read(houston({ release })).source).toEqual(source)
})

test.each([
  ['maintain', { kind: 'role', role: 'maintain' }],
  ['team:acme/sre', { kind: 'team', organization: 'acme', slug: 'sre' }],
  ['user:ada', { kind: 'user', login: 'ada' }],
])('deployer %s', (text, deployer) => {
  const [environment] = read(houston({ environment: `deployers: ["${text}"]` })).environments
  expect(environment?.deployers).toEqual([deployer])
})

test('what an environment is shown with', () => {
  const [environment] = read(houston({ environment: 'url: "https://shop.acme.dev"' })).environments
  expect(environment).toMatchObject({ url: 'https://shop.acme.dev', hostChecks: 25 })
  const [few] = read(houston({ environment: 'host_checks: 3' })).environments
  expect(few).toMatchObject({ hostChecks: 3 })
  const [asking] = read(houston({ environment: 'confirm: true' })).environments
  expect(asking).toMatchObject({ confirms: true })
})

test.each(['javascript:alert(1)', 'https://a:b@shop.acme.dev', 'shop.acme.dev', 'https://shop acme'])(
  '%s is nowhere to be seen',
  (url) => {
    const answer = readConfig(houston({ environment: `url: "${url}"` }), 'houston.yml')
    expect(answer.kind === 'faults' && answer.faults[0]?.message).toMatch(/is not an http/)
  },
)

test.each(['read', 'everyone', 'team:acme', 'user:', 'user:a/b', 'team:acme/s re'])(
  'deployer %s is refused',
  (text) => {
    const answer = readConfig(houston({ environment: `deployers: ["${text}"]` }), 'houston.yml')
    expect(answer.kind === 'faults' && answer.faults[0]?.message).toMatch(/names nobody/)
  },
)

test.each<[string, Partial<Environment['strategy']>]>([
  ['max_unavailable: 2', { maxUnavailable: { kind: 'count', count: 2 }, batch: [{ kind: 'count', count: 2 }] }],
  [
    'batch: [1, 10%]',
    {
      batch: [
        { kind: 'count', count: 1 },
        { kind: 'percent', percent: 10 },
      ],
    },
  ],
  ['canary: 2', { canary: { hosts: { kind: 'count', count: 2 }, after: { kind: 'continue' } } }],
  [
    'canary: { hosts: 5%, bake: 10m }',
    { canary: { hosts: { kind: 'percent', percent: 5 }, after: { kind: 'bake', ms: 600_000 } } },
  ],
  ['canary: { hosts: 1, wait: true }', { canary: { hosts: { kind: 'count', count: 1 }, after: { kind: 'wait' } } }],
  [
    'canary: { hosts: 1, wait: false }',
    { canary: { hosts: { kind: 'count', count: 1 }, after: { kind: 'continue' } } },
  ],
  ['max_failures: 0', { maxFailures: { fleet: { kind: 'count', count: 0 }, zone: { kind: 'count', count: 0 } } }],
  ['max_failures: { zone: 2 }', { maxFailures: { zone: { kind: 'count', count: 2 } } }],
  ['min_healthy: 50%, barrier: true', { minHealthy: { kind: 'percent', percent: 50 }, barrier: true }],
  [
    'order: zone-by-zone, between_zones: wait, first_zone: 30m',
    { order: 'zone-by-zone', betweenZones: { kind: 'wait' }, afterFirstZone: { kind: 'bake', ms: 1_800_000 } },
  ],
  ['order: zone-by-zone, between_zones: { bake: 10m }', { betweenZones: { kind: 'bake', ms: 600_000 } }],
])('rollout: { %s }', (rollout, expected) => {
  expect(production({ environment: `rollout: { ${rollout} }` }).strategy).toMatchObject(expected)
})

test.each([
  ['./check', { check: { kind: 'command', script: './check' }, retries: 10, intervalMs: 1000, timeoutMs: 5000 }],
  [
    '{ tcp: { port: 80 }, retries: 0, interval: 0 }',
    { check: { kind: 'tcp', address: '127.0.0.1', port: 80 }, retries: 0, intervalMs: 0, timeoutMs: 5000 },
  ],
  [
    '{ http: { port: 80, path: /, address: "::1", status: 204 }, timeout: 2s }',
    {
      check: { kind: 'http', address: '::1', port: 80, path: '/', status: 204 },
      retries: 10,
      intervalMs: 1000,
      timeoutMs: 2000,
    },
  ],
])('validate: %s', (validate, expected) => {
  expect(production({ recipe: `{ validate: ${validate} }` }).recipe.validate).toEqual(expected)
})

test('an environment overrides single keys of the recipe and single variables', () => {
  const environment = production({
    release: '{ from: none, variables: { A: 1, B: two } }',
    recipe: '{ start: go, stop: halt, timeout: 1m }',
    environment: 'recipe: { start: go --slow }\n    variables: { B: 2, C: "" }',
  })
  expect(environment.recipe).toEqual({ scripts: { start: 'go --slow', stop: 'halt' }, timeoutMs: 60_000 })
  expect(environment.variables).toEqual({ A: '1', B: '2', C: '' })
})

test('the inner ssh wins, key by key, and a host over all of them', () => {
  const environment = production({
    top: 'ssh: { user: top, port: 2201, identity: topkey, jump: [a, b@c:2200] }',
    environment: 'ssh: { user: env, identity: envkey }',
    zones:
      '{ a: [w1, you@w2:2222, { name: w3, address: "[::1]", port: 2203, user: me }], b: { hosts: [w4], runner: eu, ssh: { user: zone, jump: [] } } }',
  })
  const jumps = [
    { address: 'a', port: 22, user: 'env', identity: 'envkey' },
    { address: 'c', port: 2200, user: 'b', identity: 'envkey' },
  ]
  expect(environment.fleet.zones).toEqual([
    {
      name: 'a',
      hosts: [
        { name: 'w1', address: 'w1', port: 2201, user: 'env', identity: 'envkey', jumps },
        { name: 'w2:2222', address: 'w2', port: 2222, user: 'you', identity: 'envkey', jumps },
        { name: 'w3', address: '::1', port: 2203, user: 'me', identity: 'envkey', jumps },
      ],
    },
    {
      name: 'b',
      hosts: [{ name: 'w4', address: 'w4', port: 2201, user: 'zone', identity: 'envkey', jumps: [], runner: 'eu' }],
    },
  ])
})

test('one address with several ports is several hosts', () => {
  const { fleet } = production({ zones: '{ a: ["127.0.0.1:2201", "127.0.0.1:2202", "[::1]:2201"] }' })
  expect(fleet.zones[0]?.hosts.map(({ name }) => name)).toEqual(['127.0.0.1:2201', '127.0.0.1:2202', '[::1]:2201'])
})

test('zones and environments keep the order of the file', () => {
  const { fleet } = production({ zones: '{ z: [w1], 10a: [w2], b: [w3], 9a: [w4] }' })
  expect(fleet.zones.map(({ name }) => name)).toEqual(['z', '10a', 'b', '9a'])
})

test('the example is read', () => {
  const config = read(readFileSync(new URL('../../examples/houston.yml', import.meta.url), 'utf8'))
  const [staging, live] = config.environments
  expect([staging?.name, live?.name]).toEqual(['staging', 'production'])
  expect(live?.fleet.zones.map(({ name, hosts }) => [name, hosts.length])).toEqual([
    ['us-east-1a', 40],
    ['us-east-1b', 40],
    ['eu-west-1a', 23],
  ])
  expect(live?.recipe.scripts.drain).toBe('./ops/lb out --slow')
  expect(live?.strategy.afterFirstZone).toEqual({ kind: 'bake', ms: 1_800_000 })
})

test('100,000 hosts are read', () => {
  const { fleet } = production({ zones: '{ a: ["a[00001-50000].x"], b: ["b[00001-50000].x"] }' })
  expect(fleet.zones.map(({ hosts }) => hosts.length)).toEqual([50_000, 50_000])
})

// Text in, faults out: each with its exact line and column.

import { expect, test } from 'vitest'
import { formatFaults } from '../../src/config/fault.ts'
import { readConfig } from '../../src/config/read-config.ts'
import { faultLines, houston } from './faults.ts'

type Changes = Parameters<typeof houston>[0]
const P = 'environments.production'

test.each<[string, Changes, string[]]>([
  ['nothing wrong', {}, []],
  ['a misspelt key', { environment: 'rolout: {}' }, [`7:5 ${P}.rolout: is not a key here: did you mean rollout?`]],
  ['a key like no other', { environment: 'xyzzy: {}' }, [`7:5 ${P}.xyzzy: is not a key here`]],
  ['an empty section', { environment: 'rollout:' }, [`7:5 ${P}.rollout: is empty`]],
  [
    'a key that would be ignored',
    { environment: 'after: staging' },
    [`7:5 ${P}.after: is not supported yet (promotion from another environment): it would be ignored`],
  ],
  [
    'approvals by nobody',
    { environment: 'approvals: { required: 0, from: [] }' },
    [`7:28 ${P}.approvals.required: is less than 1`, `7:37 ${P}.approvals.from: is empty: nobody could approve`],
  ],
  ['a key of another place', { environment: 'hosts: [a]' }, [`7:5 ${P}.hosts: does not stand here`]],
  ['a rollout at the top', { top: 'rollout: {}' }, ['7:1 rollout: does not stand here']],
  [
    'another word for a choice',
    { environment: 'deploy: on-merg' },
    [`7:13 ${P}.deploy: is "on-merg", not one of manual, on-merge, on-green`],
  ],
  ['a wrong kind', { environment: 'rollout: [a]' }, [`7:14 ${P}.rollout: is a list, not keys with values`]],
])('%s', (_, changes, expected) => {
  expect(faultLines(houston(changes))).toEqual(expected)
})

test.each<[string, string, string[]]>([
  ['an amount', 'batch: 25percent', [`7:23 ${P}.rollout.batch: "25percent" is not an amount`]],
  ['a ramp', 'batch: [1, 0, "50 %"]', [`7:27 ${P}.rollout.batch[1]: 0 is no host at all`]],
  ['no ramp', 'batch: []', [`7:23 ${P}.rollout.batch: is empty`]],
  ['a wrong kind', 'batch: { hosts: 1 }', [`7:23 ${P}.rollout.batch: is keys with values, which cannot stand here`]],
  ['bake and wait', 'canary: { hosts: 1, bake: 1m, wait: true }', [`7:46 ${P}.rollout.canary.wait: excludes bake`]],
  ['a canary without hosts', 'canary: { bake: 1m }', [`7:16 ${P}.rollout.canary.hosts: is missing`]],
  ['a word for a boolean', 'barrier: "true"', [`7:25 ${P}.rollout.barrier: is "true", not true or false`]],
  [
    'a budget for nothing',
    'max_failures: {}',
    [`7:30 ${P}.rollout.max_failures: is empty: nothing would ever halt the rollout`],
  ],
  ['a budget for a rack', 'max_failures: { rack: 1 }', [`7:32 ${P}.rollout.max_failures.rack: is not a key here`]],
  [
    'a pause that never happens',
    'between_zones: wait',
    [`7:16 ${P}.rollout.between_zones: has no effect without order: zone-by-zone`],
  ],
  [
    'a first zone that is not first',
    'order: striped, first_zone: 1h',
    [`7:32 ${P}.rollout.first_zone: has no effect without order: zone-by-zone`],
  ],
  [
    'a pause',
    'order: zone-by-zone, between_zones: 10',
    [`7:52 ${P}.rollout.between_zones: "10" is neither continue, wait nor a duration`],
  ],
  [
    'a pause in the long form',
    'order: zone-by-zone, between_zones: { bake: ten }',
    [`7:60 ${P}.rollout.between_zones.bake: "ten" is not a duration`],
  ],
])('rollout: %s', (_, rollout, expected) => {
  expect(faultLines(houston({ environment: `rollout: { ${rollout} }` }))).toEqual(expected)
})

test.each<[string, string, string[]]>([
  ['no source', '{}', ['2:1 release.from: is missing']],
  ['an asset without its pattern', '{ from: asset }', ['2:18 release.from: asset needs a pattern']],
  [
    'an asset with a path',
    '{ from: { asset: "../x" } }',
    ['2:27 release.from.asset: "../x" is not a file name: letters, digits, ".", "_", "+", "-" and "*"'],
  ],
  ['an artifact elsewhere', '{ from: none, artifact: x }', ['2:24 release.artifact: does not stand here']],
  ['a source nobody knows', '{ from: ftp }', ['2:18 release.from: "ftp" is no source of a release']],
  ['a path that is missing', '{ from: path }', ['2:1 release.path: is missing']],
  ['a path without use', '{ from: none, path: x }', ['2:24 release.path: has no effect without from: path']],
  ['a url without its sum', '{ from: { url: "https://a/b.tgz" } }', ['2:12 release.from.sha256: is missing']],
  [
    'a sum of too few digits',
    '{ from: { url: "https://a/b.tgz", sha256: abc } }',
    ['2:52 release.from.sha256: "abc" is not a SHA-256'],
  ],
  [
    'a url with a login',
    '{ from: { url: "https://u:p@a/{{commit}}" } }',
    ['2:25 release.from.url: holds a login: secrets do not belong into this file'],
  ],
  [
    'another scheme',
    '{ from: { url: "file:///{{commit}}" } }',
    ['2:25 release.from.url: "file:///{{commit}}" is not an http(s) URL'],
  ],
  [
    'an unknown placeholder',
    '{ from: { url: "https://a/{{sha}}" } }',
    ['2:25 release.from.url: "{{sha}}" is not a placeholder here'],
  ],
  [
    'a placeholder of another key',
    '{ from: none, directory: "/srv/{{commit}}" }',
    ['2:35 release.directory: "{{commit}}" is not a placeholder here'],
  ],
  [
    'a relative directory',
    '{ from: none, directory: srv/x }',
    ['2:35 release.directory: "srv/x" is not a usable absolute path'],
  ],
  [
    'a directory that climbs',
    '{ from: none, directory: /srv/../etc }',
    ['2:35 release.directory: "/srv/../etc" is not a usable absolute path'],
  ],
  ['the root', '{ from: none, directory: / }', ['2:35 release.directory: "/" is not a usable absolute path']],
  [
    'a directory with shell in it',
    '{ from: none, directory: "/srv/$(id)" }',
    ['2:35 release.directory: "/srv/$(id)" is not a usable absolute path'],
  ],
  [
    'one release kept',
    '{ from: none, keep: 1 }',
    ['2:30 release.keep: is less than 2: the release before must stay for a rollback'],
  ],
  [
    'a variable of Houston',
    '{ from: none, variables: { HOUSTON_X: 1 } }',
    [`2:37 release.variables.HOUSTON_X: "HOUSTON_X": names that begin with HOUSTON_ are Houston's own`],
  ],
  [
    'a variable with a dash',
    '{ from: none, variables: { A-B: 1 } }',
    [`2:37 release.variables.A-B: "A-B" is not a variable's name: letters, digits and "_", no digit first`],
  ],
  [
    'a variable that is a list',
    '{ from: none, variables: { A: [1] } }',
    ['2:40 release.variables.A: is a list, which cannot stand here'],
  ],
  ['no variables', '{ from: none, variables: {} }', ['2:35 release.variables: is empty']],
])('release: %s', (_, release, expected) => {
  expect(faultLines(houston({ release }))).toEqual(expected)
})

test.each<[string, string, string[]]>([
  ['a step of Houston', '{ switch: x }', ['3:11 recipe.switch: is a step that Houston does itself']],
  ['another word for validate', '{ healthcheck: x }', ['3:11 recipe.healthcheck: does not stand here']],
  ['an empty script', '{ start: " " }', ['3:18 recipe.start: is empty']],
  ['a script that is a number', '{ start: 1 }', ['3:18 recipe.start: is 1, not text']],
  ['a NUL', '{ start: "a\\0b" }', ['3:18 recipe.start: holds a NUL character, which no shell can read']],
  ['nothing to validate', '{ validate: { retries: 1 } }', ['3:21 recipe.validate: needs one of command, tcp, http']],
  [
    'two ways to validate',
    '{ validate: { command: x, tcp: { port: 1 } } }',
    ['3:35 recipe.validate.tcp: excludes command'],
  ],
  ['a port', '{ validate: { tcp: { port: 70000 } } }', ['3:36 recipe.validate.tcp.port: 70000 is not a port']],
  [
    'a path',
    '{ validate: { http: { port: 80, path: healthz } } }',
    ['3:47 recipe.validate.http.path: "healthz" is not a path'],
  ],
  [
    'a path with a new line',
    '{ validate: { http: { port: 80, path: "/a\\r\\nX: y" } } }',
    ['3:47 recipe.validate.http.path: "/a\\u000d\\u000aX: y" is not a path'],
  ],
  [
    'a status',
    '{ validate: { http: { port: 80, path: /, status: 99 } } }',
    ['3:58 recipe.validate.http.status: is not an HTTP status'],
  ],
  [
    'a misspelt way to validate',
    '{ validate: { htpp: { port: 80 } } }',
    ['3:23 recipe.validate.htpp: is not a key here: did you mean http?'],
  ],
  ['retries', '{ validate: { command: x, retries: -1 } }', ['3:44 recipe.validate.retries: is negative']],
  ['a deadline of nothing', '{ timeout: 0 }', ['3:20 recipe.timeout: 0 is too short: at least 1ms']],
])('recipe: %s', (_, recipe, expected) => {
  expect(faultLines(houston({ recipe }))).toEqual(expected)
})

test.each<[string, string, string[]]>([
  ['none', '{}', [`6:12 ${P}.zones: is empty`]],
  ['without hosts', '{ a: [] }', [`6:17 ${P}.zones.a: is empty: a zone without hosts is never "everywhere"`]],
  ['null', '{ a: }', [`6:14 ${P}.zones.a: is empty`]],
  ['one text', '{ a: web01 }', [`6:17 ${P}.zones.a: is "web01", which cannot stand here`]],
  ['long, without hosts', '{ a: { runner: eu } }', [`6:14 ${P}.zones.a.hosts: is missing`]],
  [
    'a runner that could be no queue',
    '{ a: { hosts: [w], runner: EU_1 } }',
    [`6:39 ${P}.zones.a.runner: "EU_1" is not a runner's name: lower-case letters, digits and "-", at most 40`],
  ],
  ['a name of digits', '{ 1: [web01] }', [`6:14 ${P}.zones.1: "1" has no letter`]],
  [
    'a host twice in a zone',
    '{ a: [web01, WEB01] }',
    [`6:25 ${P}.zones.a[1]: WEB01 is in this zone already: a host belongs to one zone, once`],
  ],
  [
    'hosts in two zones',
    '{ a: ["web[1-9]"], b: { hosts: ["web[3-5]"] } }',
    [`6:44 ${P}.zones.b.hosts[0]: web3 (and 2 more) is in zone a too: a host belongs to one zone, once`],
  ],
  [
    'one address with two names',
    '{ a: [{ name: x, address: 10.0.0.1 }, 10.0.0.1] }',
    [`6:50 ${P}.zones.a[1]: 10.0.0.1 is in this zone already: a host belongs to one zone, once`],
  ],
  [
    'many names with one address',
    '{ a: [{ name: "x[1-2]", address: 10.0.0.1 }] }',
    [`6:18 ${P}.zones.a[0]: 2 hosts cannot share one address`],
  ],
  [
    'host for name',
    '{ a: [{ host: x }] }',
    [`6:18 ${P}.zones.a[0].name: is missing`, `6:20 ${P}.zones.a[0].host: does not stand here`],
  ],
  [
    'a bad name in the middle',
    '{ a: ["web[a,-,b]"] }',
    [`6:18 ${P}.zones.a[0]: "web-" is not a host name: letters, digits, "-", "_" and dots, none of them at either end`],
  ],
  [
    'too many hosts',
    '{ a: ["a[1-99999]", "b[1-99999]", "c[1-99999]"] }',
    ['4:1 environments: yield 299997 hosts; at most 200000 are possible'],
  ],
  [
    'a jump',
    '{ a: { hosts: [web01], ssh: { jump: "-x" } } }',
    [
      `6:48 ${P}.zones.a.ssh.jump: "-x" is not a host name: letters, digits, "-", "_" and dots, none of them at either end`,
    ],
  ],
  ['a key in ssh', '{ a: { hosts: [web01], ssh: { key: x } } }', [`6:42 ${P}.zones.a.ssh.key: is not a key here`]],
])('zones: %s', (_, zones, expected) => {
  expect(faultLines(houston({ zones }))).toEqual(expected)
})

test('a host whose name cannot be a directory, where the directory has one', () => {
  const release = '{ from: none, directory: "/srv/{{host}}/app" }'
  expect(faultLines(houston({ release, zones: '{ a: [web01, "127.0.0.1:2201"] }' }))).toEqual([
    `6:25 ${P}.zones.a[1]: 127.0.0.1:2201 cannot be a directory's name, and release.directory has {{host}}`,
  ])
  const named = '{ a: [{ name: n1, address: 127.0.0.1, port: 2201 }, { name: n2, address: 127.0.0.1, port: 2202 }] }'
  expect(faultLines(houston({ release, zones: named }))).toEqual([])
})

test('all at once, in the order of the file, with what to write instead', () => {
  const text = `application: store front
release: { from: path, path: ./dist, keep: 1 }
environments:
  Prod:
    zones: { a: [web01] }
  production:
    zones: { a: ["web[01-04]", web04] }
    rollout: { batch: 25 pct, canary: { hosts: 1, bake: 10 } }
`
  const result = readConfig(text, '.github/houston.yml')
  expect(result.kind === 'faults' && formatFaults(result.faults)).toBe(
    `.github/houston.yml:1:14: application: "store front" is not a name: letters, digits, ".", "_" and "-", at most 63
    write: a name such as us-east-1a
.github/houston.yml:2:44: release.keep: is less than 2: the release before must stay for a rollback
    write: for example keep: 5
.github/houston.yml:4:3: environments.Prod: "Prod" is not an environment name: lower-case letters, digits and "-", a letter first
    write: prod
.github/houston.yml:7:32: environments.production.zones.a[1]: web04 is in this zone already: a host belongs to one zone, once
    write: each host once
.github/houston.yml:8:23: environments.production.rollout.batch: "25 pct" is not an amount
    write: a number of hosts such as 3, or a share such as 25%
.github/houston.yml:8:57: environments.production.rollout.canary.bake: 10 is not a duration
    write: 10s or 10m: a duration has a unit (h, m, s, ms)`,
  )
})

test('hostile text in a fault is inert', () => {
  const result = readConfig(houston({ top: '"\\e[31m\\u202e": "x"', zones: '{ a: ["\\e]8;;x\\a"] }' }), 'f')
  const shown = result.kind === 'faults' ? formatFaults(result.faults) : ''
  expect(shown).toContain('\\u001b[31m\\u202e')
  expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/)
})

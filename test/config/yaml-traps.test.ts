// YAML's traps become faults in words, and no text or value makes the reader throw or hang.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readConfig } from '../../src/config/read-config.ts'
import { faultLines, houston } from './faults.ts'

test.each([
  ['nothing', '', ['1:1 : the file is empty']],
  ['only a comment', '# later\n', ['1:1 : the file is empty']],
  ['a null', '~\n', ['1:1 : the file is empty']],
  ['a list', '- a\n', ['1:1 : is a list, not keys with values']],
  ['a text', 'hello\n', ['1:1 : is "hello", not keys with values']],
  ['a tab', 'application: a\nrelease:\n\tfrom: none\n', ['3:1 : tabs cannot indent YAML: use spaces']],
  ['an open quote', 'application: "a\n', ['2:1 : Missing closing "quote']],
  ['two documents', 'a: 1\n---\nb: 2\n', ['2:1 : a second document begins here: a file is one document']],
  ['an old version', '%YAML 1.1\n---\na: 1\n', ['1:1 : %YAML 1.1 is not read: remove the line, 1.2 is meant']],
  ['a tag nobody knows', 'a: !env HOME\n', ['1:4 : Unresolved tag: !env']],
  ['more than 1 MiB', `# ${'x'.repeat(1_048_576)}`, ['1:1 : the file is larger than 1 MiB']],
])('%s', (_, text, expected) => {
  expect(faultLines(text)).toEqual(expected)
})

const elsewhere = 'without quotes is true or false to some YAML readers and text to others'
test.each([
  ['no', `no ${elsewhere}`],
  ['Off', `Off ${elsewhere}`],
  ['010', '"010" without quotes is read as 10 here, and differently by other YAML readers'],
  ['0x1F', '"0x1F" without quotes is read as 31 here, and differently by other YAML readers'],
  ['1.10', '"1.10" without quotes is read as 1.1 here, and differently by other YAML readers'],
  ['1e3', '"1e3" without quotes is read as 1000 here, and differently by other YAML readers'],
  [
    '12345678901234567890',
    '"12345678901234567890" without quotes is read as 12345678901234567000 here, and differently by other YAML readers',
  ],
  ['True', '"True" without quotes is read as true here, and differently by other YAML readers'],
  ['2026-11-12', '"2026-11-12" without quotes is a date to some YAML readers'],
  ['12:30', '"12:30" without quotes is a number of base 60 to some YAML readers'],
])('a variable that is %s', (value, message) => {
  const path = 'environments.production.variables.X'
  expect(faultLines(houston({ environment: `variables: { X: ${value} }` }))).toEqual([`7:21 ${path}: ${message}`])
})

test('the same words in quotes, and plain numbers and booleans, are fine', () => {
  const text = houston({
    environment: `variables: { A: "no", B: '010', C: 8080, D: true, E: 1.5, F: "", G: null-ish }`,
  })
  const result = readConfig(text, 'houston.yml')
  expect(result.kind === 'ok' && result.config.environments[0]?.variables).toEqual({
    A: 'no',
    B: '010',
    C: '8080',
    D: 'true',
    E: '1.5',
    F: '',
    G: 'null-ish',
  })
})

test('what follows from a trap is not said again', () => {
  expect(faultLines(houston({ environment: 'rollout: { barrier: no }' }))).toEqual([
    `7:25 environments.production.rollout.barrier: no ${elsewhere}`,
  ])
})

test.each([
  ['a key that is there twice', 'application: other', '7:1 application: is written twice here: keep one of the two'],
  ['a merge key', '<<: *x', '7:1 ["<<"]: merge keys are not read: write the keys out'],
  ['__proto__', '__proto__: {}', '7:1 __proto__: "__proto__" cannot be a key'],
  ['a key that is a list', '? [a]\n: 1', '7:3 : a key must be a plain word'],
  ['an empty key', ': 1', '7:1 : a key must be a plain word'],
])('%s', (_, top, expected) => {
  expect(faultLines(houston({ top }))).toEqual([expected])
})

test('a placeholder without quotes', () => {
  const address = 'recipe.validate.tcp.address'
  expect(faultLines(houston({ recipe: '{ validate: { tcp: { port: 1, address: {{address}} } } }' }))).toEqual([
    `3:49 ${address}: a key must be a plain word; a value with {{…}} needs quotes`,
  ])
  expect(faultLines(houston({ recipe: '{ validate: { tcp: { port: 1, address: "{{address}}" } } }' }))).toEqual([])
})

test('an alias is read where it stands', () => {
  const text = houston({ zones: '{ a: &hosts [web01], b: *hosts }' })
  expect(faultLines(text)).toEqual([
    '6:25 environments.production.zones.b[0]: web01 is in zone a too: a host belongs to one zone, once',
  ])
  expect(faultLines(houston({ zones: '{ a: *nothing }' }))).toEqual([
    '6:17 environments.production.zones.a: *nothing refers to nothing above it',
  ])
})

test('aliases that multiply, and aliases of themselves, end', () => {
  const bomb = Array.from({ length: 30 }, (_, i) => `k${i}: &a${i} [${i === 0 ? 'x' : `*a${i - 1}, *a${i - 1}`}]`).join(
    '\n',
  )
  expect(faultLines(bomb)).toContain('1:1 : more than 200000 values: aliases multiply them')
  expect(faultLines('application: &a [*a, *a]\n').length).toBeGreaterThan(0)
})

test('20,000 keys, and deep nesting, are refused quickly and in words', () => {
  const many = Array.from({ length: 20_000 }, (_, i) => `k${i}: 1`).join('\n')
  expect(faultLines(many)).toHaveLength(20_003)
  for (const deep of ['[', '{a: ', '- ', '? ']) expect(faultLines(deep.repeat(100_000)).length).toBeGreaterThan(0)
})

const fragment = fc.constantFrom(
  ...[
    'application',
    'release',
    'environments',
    'zones',
    'rollout',
    'canary',
    'ssh',
    'jump',
    'validate',
    'http',
    'from',
    'batch',
    '25%',
  ],
  ...[
    ': ',
    '\n',
    '  ',
    '- ',
    '[',
    ']',
    '{',
    '}',
    ',',
    '"',
    "'",
    '&a ',
    '*a',
    '!x ',
    '#',
    '|',
    '>',
    '\t',
    '0',
    'no',
    '~',
    'x',
    '{{',
    '? ',
    '---\n',
    '%YAML 1.1\n',
    '<<',
  ],
)

test('no text makes it throw, and every fault has a place', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fragment, { maxLength: 60 }).map((parts) => parts.join('')),
  )
  fc.assert(
    fc.property(text, (input) => {
      const result = readConfig(input, 'f')
      if (result.kind === 'ok') return
      const lines = input.split('\n').length + (input.match(/\r/g)?.length ?? 0)
      expect(result.faults.length).toBeGreaterThan(0)
      for (const { line, column } of result.faults) expect(line >= 1 && line <= lines && column >= 1).toBe(true)
    }),
    { numRuns: 1500 },
  )
})

// Values come out of a real shell exactly as they went in.

import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { assign, isVariableName } from '../../../src/adapters/ssh/quote.ts'

/** What a real `sh` makes of the values: one process for all of them. */
function throughShell(values: readonly string[]): string[] {
  const names = values.map((_, index) => `v${index}`)
  const script = `${assign(Object.fromEntries(names.map((name, index) => [name, values[index] ?? ''])))}printf '%s\\0' ${names.map((name) => `"$${name}"`).join(' ')}`
  const { stdout, stderr, status } = spawnSync('sh', { input: script })
  expect([status, stderr.toString()]).toEqual([0, ''])
  return stdout.toString('utf8').split('\0').slice(0, -1)
}

const nasty = fc.array(
  fc.constantFrom(
    "'",
    '"',
    '\\',
    '$',
    '`',
    '$(',
    ')',
    '\n',
    '\r',
    '\t',
    ';',
    '|',
    '&',
    '*',
    '?',
    '~',
    '#',
    '!',
    '-rf',
    '\u202e',
    '\u001b[31m',
    'é',
    '💥',
    ' ',
    '{',
    '}',
    '<<EOF',
    "'\\''",
  ),
  { maxLength: 12 },
)

describe('quoted assignments', () => {
  test('give a shell back exactly what went in', () => {
    const text = fc
      .oneof(
        nasty.map((parts) => parts.join('')),
        fc.string({ unit: 'binary' }),
      )
      .filter((value) => !value.includes('\0'))
    const property = fc.property(fc.array(text, { minLength: 1, maxLength: 60 }), (values) => {
      const wellFormed = values.map((value) => value.toWellFormed())
      expect(throughShell(wellFormed)).toEqual(wellFormed)
    })
    fc.assert(property, { numRuns: 40 })
  })

  test('refuse NUL, which a shell would drop', () => {
    expect(() => assign({ a: 'x\0y' })).toThrow('NUL')
  })

  test.each(['', '1a', 'a b', 'a=b', 'a;b', 'ä', 'a\n', '$a'])('refuse %j as a name', (name) => {
    expect(isVariableName(name)).toBe(false)
    expect(() => assign({ [name]: '' })).toThrow('not a variable name')
  })
})

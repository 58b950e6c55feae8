// Text from a file is inert wherever a fault shows it.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { show, showPath } from '../../src/config/printable.ts'

test.each([
  ['plain', '"plain"'],
  ['a"b\\', '"a\\"b\\\\"'],
  ['\u001b[31mred', '"\\u001b[31mred"'],
  ['user\u202egnp', '"user\\u202egnp"'],
  ['a\nb', '"a\\u000ab"'],
  ['\ud800', '"\\ud800"'],
])('%j', (text, shown) => {
  expect(show(text)).toBe(shown)
})

test('long texts are cut', () => {
  expect(show('x'.repeat(100))).toBe(`"${'x'.repeat(60)}…"`)
})

test('nothing that moves a cursor or hides gets through', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(show(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/)
    }),
  )
})

test('a path', () => {
  expect(showPath(['environments', 'production', 'zones', 'eu-1a', 0])).toBe('environments.production.zones.eu-1a[0]')
  expect(showPath(['environments', 'a b.c'])).toBe('environments["a b.c"]')
  expect(showPath([])).toBe('')
})

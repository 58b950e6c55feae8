// The word that was probably meant, or none.

import { expect, test } from 'vitest'
import { editDistance, suggest } from '../../src/core/suggest.ts'

test.each([
  ['', '', 0],
  ['abc', 'abc', 0],
  ['abc', 'abd', 1],
  ['abc', 'acb', 1],
  ['abc', '', 3],
  ['kitten', 'sitting', 3],
])('from %s to %s: %i', (a, b, distance) => {
  expect(editDistance(a, b)).toBe(distance)
  expect(editDistance(b, a)).toBe(distance)
})

test.each([
  ['max_failiures', 'max_failures'],
  ['max-failures', 'max_failures'],
  ['Batch', 'batch'],
  ['btach', 'batch'],
  ['zone', undefined],
  ['x'.repeat(100_000), undefined],
])('%.20s means %s', (word, meant) => {
  expect(suggest(word, ['batch', 'max_failures', 'max_unavailable'])).toBe(meant)
})

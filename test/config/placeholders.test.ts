// Placeholders: the known ones only, and values put in as they are.

import { expect, test } from 'vitest'
import { checkPlaceholders, fillPlaceholders, hasPlaceholders } from '../../src/config/placeholders.ts'

test('known placeholders pass, others do not', () => {
  const known = ['commit', 'release']
  expect(checkPlaceholders('https://a/{{commit}}/{{release}}.tgz', known)).toMatchObject({ kind: 'ok' })
  expect(checkPlaceholders('a/{{comit}}', known)).toEqual({
    kind: 'wrong',
    message: '"{{comit}}" is not a placeholder here',
    write: '{{commit}}',
  })
  expect(checkPlaceholders('a/{{ commit }}', known)).toMatchObject({ kind: 'wrong', write: '{{commit}}' })
  expect(checkPlaceholders('a/{{commit', known)).toMatchObject({
    message: '"a/{{commit" has a placeholder that is not closed',
  })
})

test('values are put in as they are, and only where they belong', () => {
  const filled = fillPlaceholders('{{commit}}-{{commit}}-{{other}}-{{constructor}}', { commit: '$&{{other}}' })
  expect(filled).toBe('$&{{other}}-$&{{other}}-{{other}}-{{constructor}}')
  expect(hasPlaceholders('a/{{commit}}')).toBe(true)
  expect(hasPlaceholders('a/commit')).toBe(false)
})

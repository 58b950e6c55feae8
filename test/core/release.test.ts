// Release ids name directories on hosts.

import { expect, it } from 'vitest'
import { isReleaseId } from '../../src/core/release.ts'

it.each(['r1', '2026-01-01.3', 'v1.2.3+build_5', '0', 'a'.repeat(100)])('%s is one', (id) => {
  expect(isReleaseId(id)).toBe(true)
})

it.each([
  '',
  '.',
  '..',
  '.git',
  '-rf',
  '_a',
  'a/b',
  'a b',
  'a\n',
  'a\nb',
  'a$b',
  "a'b",
  'ä',
  'a\u202eb',
  'a'.repeat(101),
])('%j is none', (id) => {
  expect(isReleaseId(id)).toBe(false)
})

// Where a sign-in may lead: a path of this server, whatever an address was made to say (open redirects).

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { returnTo } from '../../../src/web/sign-in/return-to.ts'

it.each([
  ['/', '/'],
  ['/rollouts/a?at=1&b=%2F', '/rollouts/a?at=1&b=%2F'],
  ['/a/../b', '/b'],
  ['/a#top', '/a'],
])('%s leads to %s', (asked, path) => expect(returnTo(asked)).toBe(path))

it.each([
  undefined,
  '',
  'rollouts',
  'https://evil.dev/',
  '//evil.dev',
  '///evil.dev',
  '/\\evil.dev',
  '/\\evil.dev/rollouts',
  '\\\\evil.dev',
  '/\t/evil.dev',
  '/\n/evil.dev',
  '/.//evil.dev',
  '/..//evil.dev',
  '/a/..//evil.dev',
  '/%2e//evil.dev',
  'javascript:alert(1)',
  ' //evil.dev',
  `/${'a'.repeat(2_000)}`,
])('%j leads nowhere but home', (asked) => expect(returnTo(asked)).toBe('/'))

it('whatever is asked for, a browser stays here', () => {
  const piece = fc.constantFrom(
    '/',
    '\\',
    '.',
    '..',
    '%2e',
    '%2f',
    '\t',
    '\n',
    '@',
    ':',
    '?',
    '#',
    'evil.dev',
    'http:',
    ' ',
    '\u0000',
  )
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 3 })), { maxLength: 8 }), (pieces) => {
      const path = returnTo(pieces.join(''))
      expect(new URL(path, 'https://houston.acme.dev/sign-in').origin).toBe('https://houston.acme.dev')
      // Nothing that could end a header.
      expect(path).toMatch(/^\/[\x21-\x7e]*$/)
    }),
    { numRuns: 2_000 },
  )
})

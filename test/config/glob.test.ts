// Globs of grants fit whole, and never reach further than they say.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { matchesGlob, matchesHostGlob, matchesRepositoryGlob } from '../../src/config/glob.ts'

test.each([
  ['prod', 'prod', true],
  ['prod', 'production', false],
  ['prod', 'preprod', false],
  ['prod*', 'production', true],
  ['*', '', true],
  ['*', 'anything', true],
  ['a*b*c', 'axxbyyc', true],
  ['a*b*c', 'axxbyycd', false],
  ['w?b', 'web', true],
  ['w?b', 'wb', false],
  ['web.a', 'webXa', false],
  ['', '', true],
  ['', 'a', false],
])('%s on %s: %s', (pattern, text, fits) => {
  expect(matchesGlob(pattern, text)).toBe(fits)
})

test.each([
  ['web*.acme.dev', 'web01.acme.dev', true],
  ['web*.acme.dev', 'WEB01.Acme.dev', true],
  ['web*.acme.dev', 'web01.acme.dev.evil.com', false],
  ['*.acme.dev', 'acme.dev', false],
  ['10.0.*', '10.0.4.17', true],
  ['10.0.*', '10.0.evil.com', false],
  ['10.0.*', '110.0.4.17', false],
  ['*', 'anything', true],
  ['2001:db8::*', '2001:db8::1', true],
])('host %s on %s: %s', (pattern, address, fits) => {
  expect(matchesHostGlob(pattern, address)).toBe(fits)
})

test.each([
  ['acme/storefront', 'acme/storefront', true],
  ['acme/storefront', 'Acme/Storefront', true],
  ['acme/*', 'acme/x', true],
  ['acme/*', 'acme-evil/x', false],
  ['acme/*', 'acme/x/y', false],
  ['*', 'acme/x', true],
])('repository %s on %s: %s', (pattern, repository, fits) => {
  expect(matchesRepositoryGlob(pattern, repository)).toBe(fits)
})

test('agrees with a regular expression', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 })
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 6 })
  fc.assert(
    fc.property(pattern, letters, (glob, text) => {
      const same = new RegExp(`^${glob.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(text)
      expect(matchesGlob(glob, text)).toBe(same)
    }),
    { numRuns: 2000 },
  )
})

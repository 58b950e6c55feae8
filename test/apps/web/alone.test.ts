// Where one person works without sign-in, and where nobody does: every sign that others may be there ends it.

import { expect, it } from 'vitest'
import { alonePerson } from '../../../src/apps/web/alone.ts'
import { Secret } from '../../../src/core/secret.ts'

const operator = { via: 'terminal', id: '1000', name: 'ada' } as const
const databaseUrl = new Secret('postgres://db/houston')

it.each([
  ['127.0.0.1', {}, false, true],
  ['127.0.0.53', {}, false, true],
  ['localhost', {}, false, true],
  ['::1', {}, false, true],
  ['127.0.0.1', { url: 'http://127.0.0.1:8080' }, false, true],
  ['127.0.0.1', { url: 'http://localhost:8080' }, false, true],
  ['127.0.0.1', { url: 'http://[::1]:8080' }, false, true],
  ['0.0.0.0', {}, false, false],
  ['::', {}, false, false],
  ['192.168.0.7', {}, false, false],
  ['127.0.0.1.evil.dev', {}, false, false],
  ['houston.acme.dev', {}, false, false],
  ['127.0.0.1', { url: 'https://houston.acme.dev' }, false, false],
  ['127.0.0.1', { url: 'http://localhost.evil.dev' }, false, false],
  ['127.0.0.1', { url: 'http://127.0.0.1.evil.dev' }, false, false],
  ['127.0.0.1', { databaseUrl }, false, false],
  ['127.0.0.1', {}, true, false],
] as const)('at %s with %j and an App: %s → %s', (host, settings, hasApp, alone) => {
  const person = alonePerson({ settings, listen: { host, port: 8080 }, operator }, hasApp)
  expect(person).toEqual(alone ? operator : undefined)
})

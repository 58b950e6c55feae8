// Grants: what is not granted is refused, by the address that is dialled.

import { expect, test } from 'vitest'
import { mayReach, mayUse } from '../../src/config/may-use.ts'
import { readSettings } from '../../src/config/read-settings.ts'
import type { Settings } from '../../src/config/settings.ts'
import type { Host } from '../../src/core/fleet.ts'

function settings(text?: string): Settings {
  const result = readSettings({ file: 'f', ...(text !== undefined && { text }) }, {})
  if (result.kind === 'faults') throw new Error('not read')
  return result.settings
}

const OPERATOR = settings(`identities:
  prod:
    key_file: /k
    allow:
      - { repository: acme/storefront, environments: [production, "prod-*"], hosts: ["web*.acme.dev", bastion.acme.dev] }
      - { repository: acme/*, environments: staging, hosts: "10.1.*" }
`)
const WANTED = { repository: 'acme/storefront', environment: 'production', address: 'web01.acme.dev', identity: 'prod' }

test.each([
  ['what is granted', {}, 'allowed'],
  ['a pattern of environments', { environment: 'prod-eu' }, 'allowed'],
  ['another grant', { repository: 'acme/other', environment: 'staging', address: '10.1.2.3' }, 'allowed'],
  ['another repository', { repository: 'acme/storefront2' }, 'not-granted'],
  ['a repository with the same beginning', { repository: 'acme/store' }, 'not-granted'],
  ['another owner', { repository: 'evil/storefront' }, 'not-granted'],
  ['another environment', { environment: 'production2' }, 'not-granted'],
  ['the beginning of an environment', { environment: 'prod' }, 'not-granted'],
  ['another host', { address: 'db01.acme.dev' }, 'not-granted'],
  ['a host that only begins so', { address: 'web01.acme.dev.evil.com' }, 'not-granted'],
  ['a host that only looks like a network', { environment: 'staging', address: '10.1.evil.com' }, 'not-granted'],
  ['parts of two grants', { environment: 'staging', address: 'web01.acme.dev' }, 'not-granted'],
  ['another key', { identity: 'root' }, 'unknown-identity'],
  ['a key with the name of a method', { identity: 'constructor' }, 'unknown-identity'],
])('%s: %s', (_, change, expected) => {
  const answer = mayUse(OPERATOR, { ...WANTED, ...change })
  expect(answer.kind === 'allowed' ? 'allowed' : answer.reason).toBe(expected)
})

test('a refusal says what to add', () => {
  expect(mayUse(OPERATOR, { ...WANTED, address: '10.9.9.9' })).toMatchObject({
    kind: 'refused',
    add: 'identities.prod.allow: - { repository: acme/storefront, environments: [production], hosts: ["10.9.9.9"] }',
  })
  expect(mayUse(OPERATOR, { ...WANTED, identity: 'other' })).toMatchObject({
    add: 'identities: { other: { key_file: …, allow: [{ repository: acme/storefront, environments: [production], hosts: [web01.acme.dev] }] } }',
  })
})

const HOST: Host = {
  name: 'web01.acme.dev',
  address: 'web01.acme.dev',
  port: 22,
  user: 'deploy',
  identity: 'prod',
  jumps: [],
}
const TO = { repository: 'acme/storefront', environment: 'production' }

function jump(address: string): Host['jumps'] {
  return [{ address, port: 22, user: 'deploy', identity: 'prod' }]
}

test('what counts is the address that is dialled, not the name that the repository gave it', () => {
  expect(mayReach(OPERATOR, { ...TO, host: HOST })).toMatchObject({ kind: 'allowed' })
  expect(mayReach(OPERATOR, { ...TO, host: { ...HOST, address: 'db01.acme.dev' } })).toMatchObject({
    kind: 'refused',
    use: { address: 'db01.acme.dev' },
  })
})

test('every jump needs its grant too', () => {
  expect(mayReach(OPERATOR, { ...TO, host: { ...HOST, jumps: jump('bastion.acme.dev') } })).toMatchObject({
    kind: 'allowed',
  })
  expect(mayReach(OPERATOR, { ...TO, host: { ...HOST, jumps: jump('evil.com') } })).toMatchObject({
    kind: 'refused',
    use: { address: 'evil.com' },
  })
})

test('without a settings file everything is allowed, whatever name a key is given', () => {
  const answer = mayUse(settings(), { ...WANTED, identity: 'prod' })
  expect(answer).toMatchObject({ kind: 'allowed', identity: { name: 'default' } })
})

// Hosts that the operator has not granted: said with what to add, before anything is dialled.

import { expect, test } from 'vitest'
import { missingGrant } from '../../../src/apps/cli/project/missing-grant.ts'
import { readConfig } from '../../../src/config/read-config.ts'
import { readSettings } from '../../../src/config/read-settings.ts'

const YML = `application: shop
release: { from: none }
recipe: { start: ./start }
environments:
  production:
    ssh: { identity: prod }
    zones: { a: [web1.acme.dev] }
`

function world(allow: string) {
  const config = readConfig(YML, 'houston.yml')
  const text = `identities:\n  prod: { agent: true, allow: [${allow}] }\n`
  const settings = readSettings({ text, file: 'houston.server.yml' }, { SSH_AUTH_SOCK: '/run/agent' })
  if (config.kind !== 'ok' || settings.kind !== 'ok') throw new Error('the world is not right')
  const [environment] = config.config.environments
  if (!environment) throw new Error('no environment')
  return { environment, settings: settings.settings }
}

test('a granted repository misses nothing; another one is told what to add', async () => {
  const { environment, settings } = world('{ repository: acme/shop, environments: ["*"], hosts: ["*.acme.dev"] }')
  expect(await missingGrant(settings, environment, 'acme/shop')).toBeUndefined()
  const missing = await missingGrant(settings, environment, 'acme/other')
  expect(missing?.what).toContain('web1.acme.dev')
  expect(missing?.next).toContain('repository: acme/other')
})

test('a folder without a remote is not told to grant an empty name', async () => {
  const { environment, settings } = world('{ repository: acme/shop, environments: ["*"], hosts: ["*"] }')
  const missing = await missingGrant(settings, environment, '')
  expect(missing?.why).toContain('no remote origin')
  expect(missing?.next).toContain('repository: "*"')
})

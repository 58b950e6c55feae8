// slack.yml asks for what is used: the events that the app hears are those that it handles, the rights those of the methods it calls.

import { globSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { makeAppUrl, writeManifest } from '../../../../src/apps/slack/door/manifest.ts'

const COMMANDS = { deploy: '/deploy', rollback: '/rollback' }
const ROOT = new URL('../../../../', import.meta.url)

/** What Slack wants for each method. */
const SCOPES: Readonly<Record<string, readonly string[]>> = {
  'auth.test': [],
  'apps.connections.open': [],
  'chat.postMessage': ['chat:write'],
  'chat.postEphemeral': ['chat:write'],
  'chat.update': ['chat:write'],
  'conversations.history': ['channels:history', 'groups:history', 'im:history'],
  'conversations.replies': ['channels:history', 'groups:history', 'im:history'],
  'conversations.open': ['im:write'],
  'users.info': ['users:read'],
  'views.open': [],
  'views.update': [],
  'views.publish': [],
}

it('hears exactly the events that are handled', () => {
  const code = readFileSync(new URL('src/apps/slack-app.ts', ROOT), 'utf8')
  const handled = [...code.matchAll(/\bapp\.event\('(\w+)'/g)].map(([, event]) => event)
  expect(handled.length).toBeGreaterThan(1)
  expect(parse(writeManifest({ commands: COMMANDS })).settings.event_subscriptions.bot_events.sort()).toEqual(
    handled.sort(),
  )
})

it('may do what is called, and no more', () => {
  const files = globSync('src/{adapters,apps}/slack/**/*.ts', { cwd: ROOT })
  const code = files.map((file) => readFileSync(new URL(file, ROOT), 'utf8')).join('\n')
  const names = /'((?:auth|apps|chat|conversations|users|views|reactions|files)\.[a-z]+(?:\.[a-z]+)?)'/gi
  const called = [...new Set([...code.matchAll(names)].map(([, method = '']) => method))]
  expect(called.length).toBeGreaterThan(7)
  const needed = called.flatMap((method) => SCOPES[method] ?? [`a scope for ${method}`])
  const all = new Set(['commands', 'app_mentions:read', ...needed])
  expect(parse(writeManifest({ commands: COMMANDS })).oauth_config.scopes.bot.sort()).toEqual([...all].sort())
})

it('has the names of the commands that the settings have', () => {
  const commands = { deploy: '/ship', rollback: '/unship' }
  const made = parse(writeManifest({ commands })).features.slash_commands
  expect(made.map(({ command }: { command: string }) => command)).toEqual(['/ship', '/unship'])
})

it('is for Socket Mode, or has the address that Slack calls', () => {
  expect(writeManifest({ commands: COMMANDS })).toContain('socket_mode_enabled: true')
  const http = writeManifest({ commands: COMMANDS, url: 'https://houston.acme.dev' })
  expect(http).toContain('socket_mode_enabled: false')
  expect(http.match(/https:\/\/houston\.acme\.dev\/slack\/events/g)).toHaveLength(5)
  expect(makeAppUrl({ commands: COMMANDS }).length).toBeLessThan(4_000)
})

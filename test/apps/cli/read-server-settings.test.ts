// Where the data directory and the settings lie: one place for a project, from whichever folder of it a command is typed.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { readServerSettings } from '../../../src/apps/cli/project/read-server-settings.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

function project(): { root: string; sub: string } {
  const root = mkdtempSync(join(tmpdir(), 'houston-project-'))
  folders.push(root)
  mkdirSync(join(root, '.github'))
  writeFileSync(join(root, '.github', 'houston.yml'), 'application: shop\n')
  mkdirSync(join(root, 'sub'))
  return { root, sub: join(root, 'sub') }
}

test('a subfolder of a project has the store and the settings of the project', async () => {
  const { root, sub } = project()
  const allow = '[{ repository: "*", environments: ["*"], hosts: ["*"] }]'
  writeFileSync(
    join(root, 'houston.server.yml'),
    `data: ./kept\nidentities:\n  prod: { agent: true, allow: ${allow} }\n`,
  )
  const env = { SSH_AUTH_SOCK: '/run/agent' }
  const here = await readServerSettings({ cwd: root, env })
  const below = await readServerSettings({ cwd: sub, env })
  expect(here.dataDirectory).toBe(join(root, 'kept'))
  expect(below.dataDirectory).toBe(here.dataDirectory)
})

test('what is named is relative to where Houston was started', async () => {
  const { root, sub } = project()
  expect((await readServerSettings({ cwd: sub, env: {} })).dataDirectory).toBe(join(root, 'data'))
  expect((await readServerSettings({ cwd: sub, env: {}, data: 'mine' })).dataDirectory).toBe(join(sub, 'mine'))
  expect((await readServerSettings({ cwd: sub, env: { HOUSTON_DATA: 'mine' } })).dataDirectory).toBe(join(sub, 'mine'))
})

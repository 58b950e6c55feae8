// Who is let through at the desk of a project's own folder: whoever sits at the machine, and whom the operator's file names in Slack.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openGround } from '../../../src/apps/desk/open-ground.ts'
import { openRegistration } from '../../../src/apps/github/door/registration.ts'
import { readSettings } from '../../../src/config/read-settings.ts'
import type { Person } from '../../../src/core/intent.ts'
import { houseOf } from '../cli/house-of.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'houston-ground-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

it.each<[string, Person, boolean]>([
  ['whoever sits at the machine', { via: 'terminal', id: '1000', name: 'ada' }, true],
  ['whom the operator named', { via: 'slack', id: 'T0ACME/U0ADA', name: 'ada' }, true],
  ['the same id in another workspace', { via: 'slack', id: 'T0EVIL/U0ADA', name: 'ada' }, false],
  ['somebody else in Slack', { via: 'slack', id: 'T0ACME/U0EVE', name: 'ada' }, false],
  ['an account of GitHub', { via: 'github', id: '1000', name: 'ada' }, false],
  ['a workflow', { via: 'workflow', id: '1/x', name: 'ada' }, false],
])('%s', async (_, person, may) => {
  const text =
    'identities: { default: { key_file: /key, allow: [{ repository: acme/shop, environments: ["*"], hosts: ["*"] }] } }\nslack: { people: { T0ACME/U0ADA: ada } }\n'
  const variables = { HOUSTON_DATA: folder, HOME: folder }
  const read = readSettings({ text, file: 'houston.server.yml' }, variables)
  if (read.kind === 'faults') throw new Error(read.faults.map(({ message }) => message).join())
  const registration = openRegistration({ variables, dataDirectory: folder })
  const desk = openGround({ registration, settings: read.settings, folder, now: Date.now }).deskOf(houseOf())
  const no = await desk.mayAct(person, { application: 'shop', environment: 'production' })
  expect(no === undefined).toBe(may)
})

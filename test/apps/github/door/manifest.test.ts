// app.yml asks for what is used: the events that the app hears are those that it handles.

import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { writeManifest } from '../../../../src/apps/github/door/manifest.ts'

const wanted = { url: 'https://houston.acme.dev', back: 'https://houston.acme.dev/back', teams: false }
const shape = z.object({ default_events: z.array(z.string()), default_permissions: z.record(z.string(), z.string()) })

function manifest(teams: boolean) {
  return shape.parse(JSON.parse(writeManifest({ ...wanted, teams })))
}

it('hears exactly the events that are handled', () => {
  const code = readFileSync(new URL('../../../../src/apps/github-app.ts', import.meta.url), 'utf8')
  const handled = [...code.matchAll(/\bapp\.on\(\s*'(\w+)/g)].map(([, event]) => event)
  expect(handled.length).toBeGreaterThan(5)
  expect(manifest(false).default_events.sort()).toEqual([...new Set(handled)].sort())
})

it("may read an organization's members only when teams are named", () => {
  expect(manifest(false).default_permissions).not.toHaveProperty('members')
  expect(manifest(true).default_permissions).toMatchObject({ members: 'read', contents: 'read' })
})

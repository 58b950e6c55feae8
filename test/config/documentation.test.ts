// docs/configuration.md says of every key what the schema says, and its example is a file that is read.

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { houstonSchema, settingsSchema } from '../../src/config/json-schema.ts'
import { readSettings } from '../../src/config/read-settings.ts'
import { rowsAt, sectionsOf } from './schema-rows.ts'

const PAGE = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8')

test.each([
  ['houston.yml', houstonSchema(), 70],
  ['houston.server.yml', settingsSchema(), 20],
])('%s: every key stands in the page, with its meaning, default and example', (_, schema, least) => {
  const rows = sectionsOf(schema).flatMap((path) => rowsAt(schema, path))
  expect(rows.length).toBeGreaterThan(least)
  expect([...new Set(rows)].filter((row) => !PAGE.includes(`${row}\n`))).toEqual([])
})

test('the page has no row that the schemas do not have', () => {
  const known = [houstonSchema(), settingsSchema()].flatMap((schema) =>
    sectionsOf(schema).flatMap((path) => rowsAt(schema, path)),
  )
  const rows = PAGE.split('\n').filter((line) => line.startsWith('| `'))
  expect(rows.filter((row) => !known.includes(row))).toEqual([])
})

test("the page's settings are read", () => {
  const text = /```yaml\n(data: [^`]+)```/.exec(PAGE)?.[1] ?? ''
  expect(readSettings({ text, file: 'f' }, { PROD_KEY_PASSPHRASE: 'x' })).toMatchObject({ kind: 'ok' })
})

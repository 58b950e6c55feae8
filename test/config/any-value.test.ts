// Every place of the example, one after another, holds every kind of wrong value: faults in words, never an exception.

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { readConfig } from '../../src/config/read-config.ts'

const EXAMPLE: unknown = parse(readFileSync(new URL('../../examples/houston.yml', import.meta.url), 'utf8'))

const METHODS = { toString: 1, valueOf: 1, toJSON: 1, constructor: 1, hasOwnProperty: 1, length: 1 }
const VALUES: readonly unknown[] = [null, true, -1, 1e21, '', '{{host}}', [], [[null]], {}, METHODS]

type Step = string | number

function places(value: unknown, path: readonly Step[] = []): (readonly Step[])[] {
  if (Array.isArray(value)) return [path, ...value.flatMap((item, index) => places(item, [...path, index]))]
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, child]) => places(child, [...path, key]))]
}

function replaced(value: unknown, path: readonly Step[], by: unknown): unknown {
  const [step, ...rest] = path
  if (step === undefined) return by
  if (Array.isArray(value)) return value.map((item, index) => (index === step ? replaced(item, rest, by) : item))
  const fields = Object.entries(Object(value)).map(([key, child]) => [
    key,
    key === step ? replaced(child, rest, by) : child,
  ])
  return Object.fromEntries(fields)
}

test('in every place', () => {
  const all = places(EXAMPLE)
  expect(all.length).toBeGreaterThan(60)
  const kinds = all.flatMap((path) =>
    VALUES.map((value) => readConfig(JSON.stringify(replaced(EXAMPLE, path, value)), 'f').kind),
  )
  expect(kinds.filter((kind) => kind === 'faults').length).toBeGreaterThan(kinds.length / 2)
})

// Abbreviations of environments: one that fits, or a refusal with the list.

import { expect, test } from 'vitest'
import { readConfig } from '../../src/config/read-config.ts'
import { resolveEnvironment } from '../../src/config/resolve-environment.ts'

const NAMES = ['staging', 'production', 'prod-eu', 'pre', 'preview']

function resolve(given: string): unknown {
  const environments = Object.fromEntries(NAMES.map((name) => [name, { zones: { a: ['web01'] } }]))
  const read = readConfig(JSON.stringify({ application: 'a', release: { from: 'none' }, environments }), 'f')
  if (read.kind === 'faults') throw new Error('not read')
  const answer = resolveEnvironment(read.config, given)
  return answer.kind === 'ok' ? answer.environment.name : answer
}

test.each([
  ['staging', 'staging'],
  ['s', 'staging'],
  ['produ', 'production'],
  ['prod-', 'prod-eu'],
  ['pre', 'pre'],
  ['prev', 'preview'],
])('%s is %s', (given, name) => {
  expect(resolve(given)).toBe(name)
})

test.each([
  ['prod', 'ambiguous-environment', { matches: ['production', 'prod-eu'] }],
  ['stagign', 'unknown-environment', { suggestion: 'staging', matches: [] }],
  ['Staging', 'unknown-environment', { suggestion: 'staging' }],
  ['taging', 'unknown-environment', { suggestion: 'staging' }],
  ['xyzzy', 'unknown-environment', {}],
  ['', 'no-environment', { matches: [] }],
])('%j is refused', (given, reason, more) => {
  expect(resolve(given)).toMatchObject({ kind: 'refused', reason, given, environments: NAMES, ...more })
})

// A secret does not show itself.

import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { Secret } from '../../src/core/secret.ts'

test('shows itself nowhere, and gives itself away only by name', () => {
  const secret = new Secret('hunter2')
  const seen = [
    String(secret),
    `${secret}`,
    JSON.stringify({ secret }),
    inspect({ secret }),
    inspect(secret, { showHidden: true }),
    JSON.stringify({ ...secret }),
  ]
  expect(seen.join()).not.toContain('hunter2')
  expect(seen.slice(0, 2)).toEqual(['[REDACTED]', '[REDACTED]'])
  expect(secret.reveal()).toBe('hunter2')
})

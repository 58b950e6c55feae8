// Every secret of a value is found, wherever it stands.

import { expect, it } from 'vitest'
import { findSecrets } from '../../src/core/find-secrets.ts'
import { Secret } from '../../src/core/secret.ts'

it('finds them in objects, lists and maps, and nothing else', () => {
  const value = {
    plain: 'text',
    none: undefined,
    nothing: null,
    one: new Secret('a'),
    empty: new Secret(''),
    list: [{ key: new Secret('b') }, 4],
    map: new Map([['x', { deep: { deeper: new Secret('c') } }]]),
  }
  expect(findSecrets(value)).toEqual(['a', 'b', 'c'])
  expect(findSecrets(undefined)).toEqual([])
})

// Amounts: a number of hosts or a share, and what is refused.

import { expect, test } from 'vitest'
import { parseAmount } from '../../src/config/amount.ts'

test.each([
  ['25%', 1, { kind: 'percent', percent: 25 }],
  ['2.5%', 1, { kind: 'percent', percent: 2.5 }],
  ['100%', 1, { kind: 'percent', percent: 100 }],
  [3, 1, { kind: 'count', count: 3 }],
  ['3', 1, { kind: 'count', count: 3 }],
  [0, 0, { kind: 'count', count: 0 }],
  ['0%', 0, { kind: 'percent', percent: 0 }],
] as const)('%s', (input, least, value) => {
  expect(parseAmount(input, least)).toEqual({ kind: 'ok', value })
})

test.each([
  ['101%', 1, '"101%" is more than all hosts'],
  ['0%', 1, '"0%" is no host at all'],
  [0, 1, '0 is no host at all'],
  [1.5, 1, '1.5 is not a whole number of hosts'],
  [-1, 0, '-1 is not an amount'],
  ['a quarter', 1, '"a quarter" is not an amount'],
  ['25%%', 1, '"25%%" is not an amount'],
  ['1e3', 0, '"1e3" is not an amount'],
] as const)('%s is refused', (input, least, message) => {
  expect(parseAmount(input, least)).toMatchObject({ kind: 'wrong', message })
})

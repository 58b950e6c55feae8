// Durations: what is read, what is refused and what is proposed instead.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseDuration } from '../../src/config/duration.ts'
import { formatDuration } from '../../src/core/duration.ts'

test.each([
  ['10m', 600_000],
  ['1s', 1000],
  ['500ms', 500],
  ['1h30m', 5_400_000],
  ['1h2m3s4ms', 3_723_004],
  ['0', 0],
  [0, 0],
  ['0s', 0],
  [' 5m ', 300_000],
  ['720h', 2_592_000_000],
])('%s is %i ms', (input, ms) => {
  expect(parseDuration(input)).toEqual({ kind: 'ok', value: ms })
})

test.each([
  [10, '10 is not a duration', '10s or 10m: a duration has a unit (h, m, s, ms)'],
  ['10', '"10" is not a duration', '10s or 10m: a duration has a unit (h, m, s, ms)'],
  ['10 minutes', '"10 minutes" is not a duration', '10m'],
  ['1.5h', '"1.5h" is not a duration', '1h30m'],
  ['2d', '"2d" is not a duration', '48h'],
  ['90S', '"90S" is not a duration', '1m30s'],
  ['-5s', '"-5s" is not a duration', 'a duration such as 10m, 90s, 500ms or 1h30m'],
  ['30m1h', '"30m1h" is not a duration', 'a duration such as 10m, 90s, 500ms or 1h30m'],
  ['soon', '"soon" is not a duration', 'a duration such as 10m, 90s, 500ms or 1h30m'],
  ['', '"" is not a duration', 'a duration such as 10m, 90s, 500ms or 1h30m'],
])('%s is refused', (input, message, write) => {
  expect(parseDuration(input)).toEqual({ kind: 'wrong', message, write })
})

test('more than 30 days, and less than the least, are refused', () => {
  expect(parseDuration('721h')).toMatchObject({ message: '"721h" is longer than 30 days (720h)' })
  expect(parseDuration('0', 1)).toMatchObject({ message: '"0" is too short: at least 1ms' })
})

test('what is formatted is parsed back', () => {
  fc.assert(
    fc.property(fc.nat(2_592_000_000), (ms) => {
      expect(parseDuration(formatDuration(ms))).toEqual({ kind: 'ok', value: ms })
    }),
  )
})

// What the log says of traces that are lost: once for a trouble, however many spans it costs.

import { expect, it } from 'vitest'
import { narrateSpans } from '../../../src/apps/server/traces/narrate-spans.ts'

const MINUTE_MS = 60_000

it('warns once, again when it lasts, and says how much was lost when they arrive again', () => {
  const said: unknown[] = []
  const say = (message: string, fields: object = {}) => said.push([message.split(';', 1)[0], ...Object.values(fields)])
  let now = 0
  const spans = narrateSpans({ info: say, warn: say }, () => now)
  spans.sent(5)
  spans.lost(1, 'away')
  for (; now < 9 * MINUTE_MS; now += MINUTE_MS) spans.lost(10, 'away')
  now = 10 * MINUTE_MS
  spans.lost(9, 'away')
  spans.sent(5)
  spans.sent(5)
  expect(said).toEqual([
    ['traces are lost', 'away', 1],
    ['traces are lost', 'away', 100],
    ['traces arrive again', 100],
  ])
  // One that comes and goes fills no log either.
  spans.lost(1, 'away')
  spans.sent(5)
  expect(said).toHaveLength(3)
})

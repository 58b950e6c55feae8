// One request to end, and a second one to end at once.

import { expect, it } from 'vitest'
import type { Interrupts } from '../../../src/apps/cli/app.ts'
import { openStopSignals } from '../../../src/apps/server/stop-signals.ts'

type Heard = Parameters<Parameters<Interrupts['listen']>[0]>[0]

async function resolvesNow(promise: Promise<void>): Promise<boolean> {
  return await Promise.race([promise.then(() => true), Promise.resolve().then(() => Promise.resolve(false))])
}

/** What stands after these signals, at these times. */
async function after(signals: readonly (readonly [Heard, number])[]) {
  let now = 1_000
  let say: (what: Heard) => void = () => {}
  let ignored = 0
  const interrupts: Interrupts = {
    listen: (heard) => {
      say = heard
      return () => {}
    },
  }
  const stop = openStopSignals(
    interrupts,
    () => {
      ignored += 1
    },
    () => now,
  )
  for (const [what, at] of signals) {
    now = 1_000 + at
    say(what)
  }
  return { asked: stop.asked.aborted, atOnce: await resolvesNow(stop.second), ignored }
}

it.each([
  ['nothing', [], { asked: false, atOnce: false, ignored: 0 }],
  ['a lost terminal', [['hangup', 0]], { asked: false, atOnce: false, ignored: 1 }],
  ['one request', [['leave', 0]], { asked: true, atOnce: false, ignored: 0 }],
  [
    'a request and its echo',
    [
      ['leave', 0],
      ['leave', 40],
    ],
    { asked: true, atOnce: false, ignored: 0 },
  ],
  [
    'two requests',
    [
      ['leave', 0],
      ['leave', 900],
    ],
    { asked: true, atOnce: true, ignored: 0 },
  ],
] as const)('%s', async (_name, signals, expected) => {
  expect(await after(signals)).toEqual(expected)
})

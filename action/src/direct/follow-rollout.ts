// Follows a rollout that this process drives: a page whenever something was committed, a few a second at most. It only looks.

import { type RolloutPage, reportRolloutPage } from '../../../src/core/report-rollout-page.ts'
import type { Engine } from '../../../src/engine/engine.ts'
import type { Clock, Store } from '../../../src/engine/ports.ts'
import { isAtRest } from '../at-rest.ts'

const LOOK_MS = 250
/** A commit may be missed between two looks; the last one must not. */
const POLL_MS = 1_000

type Seen = { engine: Pick<Engine, 'watch'>; store: Store; clock: Clock }

export async function* followRollout(
  { engine, store, clock }: Seen,
  rollout: string,
  signal: AbortSignal,
): AsyncGenerator<RolloutPage> {
  let rung = false
  let wake = () => {}
  const ring = () => {
    rung = true
    wake()
  }
  const unwatch = engine.watch(ring)
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const cancel = clock.after(ms, resolve)
      wake = () => {
        cancel()
        resolve()
      }
    })
  signal.addEventListener('abort', ring, { once: true })
  try {
    for (let seq = -1; ; ) {
      rung = false
      const record = await store.rollout(rollout)
      if (!record) return
      const page = reportRolloutPage({ ...record, hosts: await store.hosts(rollout) })
      if (record.trail.seq !== seq) yield page
      seq = record.trail.seq
      if (isAtRest(page) || signal.aborted) return
      await new Promise<void>((resolve) => clock.after(LOOK_MS, resolve))
      if (!rung) await pause(POLL_MS)
    }
  } finally {
    unwatch()
    signal.removeEventListener('abort', ring)
  }
}

// A desk that acts while whoever asked still expects it. What waited longer, because this server or Slack was away, is not carried
// out: a deploy that begins an hour after it was typed surprises people, and a rollback would take back what came since.

import { refused } from '../../core/intent.ts'
import type { Store } from '../../engine/ports.ts'
import type { Asker, Desk } from '../../engine/ports-desk.ts'
import { noteRefused } from '../desk/carry-act.ts'

const LATEST_MS = 5 * 60_000

/** Thrown instead of acting; it is in the audit. */
export class TooLate extends Error {
  readonly ageMs: number
  constructor(ageMs: number) {
    super('it was asked for too long ago')
    this.ageMs = ageMs
  }
}

/** A halt is never too late. */
export function inTime<Any extends Desk>(desk: Any, { store, now }: { store: Store; now: () => number }): Any {
  return {
    ...desk,
    async act(asker, act) {
      const ageMs = now() - asker.at
      if (ageMs <= LATEST_MS || act.verb === 'halt' || (await isDone(store, asker))) return await desk.act(asker, act)
      await noteRefused(store, { asker, act }, refused('no-answer', { seconds: Math.round(ageMs / 1_000) }))
      throw new TooLate(ageMs)
    },
  }
}

/** Only its answer is late. */
async function isDone(store: Store, { intent }: Asker): Promise<boolean> {
  return (await store.causedBy(intent)) !== undefined || (await store.answer(intent)) !== undefined
}

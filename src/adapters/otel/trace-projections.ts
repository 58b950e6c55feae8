// Tells the passes that brought GitHub or Slack up to date, or failed to, in the trace of their rollout. A pass that found nothing
// to do is no news.

import type { PassEnd, Projected, ProjectionHold, ProjectionStore } from '../../engine/ports-outside.ts'
import { rootOf, type Tell, traceOf } from './span.ts'

type Pass = { epoch: number; from: number; writes: number; refused: number }

/** The same projections, traced. `now`: ms since 1970. */
export function traceProjections(tell: Tell, now: () => number): (store: ProjectionStore) => ProjectionStore {
  return (store) => {
    const passes = new Map<string, Pass>()
    return {
      serve: (surfaces) => store.serve(surfaces),
      pending: () => store.pending(),
      objects: (rollout, surface) => store.objects(rollout, surface),
      take: (budgets) => store.take(budgets),
      pause: (budgets, ms) => store.pause(budgets, ms),
      async open(rollout, surface) {
        const from = now()
        const open = await store.open(rollout, surface)
        if (open) passes.set(keyOf(open.hold), { epoch: open.hold.epoch, from, writes: 0, refused: 0 })
        return open
      },
      async note(hold, object) {
        const noted = await store.note(hold, object)
        const pass = passes.get(keyOf(hold))
        if (noted === 'noted' && pass?.epoch === hold.epoch) count(pass, object)
        return noted
      },
      async settle(hold, end) {
        const pass = passes.get(keyOf(hold))
        if (pass?.epoch === hold.epoch) passes.delete(keyOf(hold))
        const noted = await store.settle(hold, end)
        if (noted === 'noted' && pass?.epoch === hold.epoch) tellPass(tell, hold, { pass, end, to: now() })
        return noted
      },
    }
  }
}

function keyOf({ rollout, surface }: ProjectionHold): string {
  return `${rollout}/${surface}`
}

/** What is about to be written is noted too, before it is. */
function count(pass: Pass, { creating, outsideId, refusal }: Projected): void {
  if (refusal) pass.refused += 1
  else if (!creating && outsideId !== undefined) pass.writes += 1
}

function tellPass(tell: Tell, hold: ProjectionHold, { pass, end, to }: { pass: Pass; end: PassEnd; to: number }): void {
  const { from, writes, refused } = pass
  if (writes === 0 && refused === 0 && end.attempts === 0) return
  const { rollout, surface } = hold
  tell({
    ...{ trace: traceOf(rollout), parent: rootOf(rollout), name: `project to ${surface}`, from, to },
    attributes: {
      'houston.surface': surface,
      'houston.writes': writes,
      'houston.refused': refused,
      'houston.failures_in_a_row': end.attempts,
    },
    ...(end.attempts > 0 && { fault: 'it did not get through; it is tried again' }),
  })
}
